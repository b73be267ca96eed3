import { hash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** 256 bits, of which nobody guesses one: base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** By what a secret is kept here: a fast digest is enough for one that nobody can guess. */
export function digestOf(secret: string): string {
  return hash('sha256', secret);
}

/** Takes as long whatever is given. */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(digestOf(given)), Buffer.from(digestOf(expected)));
}

const RECOVERY_CODES = 10;
/** Without 0, 1, i, l and o, which are mistaken for one another. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Ten codes of 49 bits, such as `k7mpx-2qz9d`, for the day when the authenticator is lost. */
export function newRecoveryCodes(): string[] {
  const five = () => Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return Array.from({ length: RECOVERY_CODES }, () => `${five()}-${five()}`);
}

/** However it is typed. */
export function recoveryDigest(code: string): string {
  return digestOf(code.toLowerCase().replace(/[^a-z0-9]/g, ''));
}
