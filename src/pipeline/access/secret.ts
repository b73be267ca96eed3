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

/**
 * Ten codes such as `k7mpxa-2qz9db-h4tnve-8cwy3r`, for the day when the authenticator is lost: 118 bits, as a
 * fast digest is enough from 112 on (OWASP ASVS 5 § 6.5.2).
 */
export function newRecoveryCodes(): string[] {
  const six = () => Array.from({ length: 6 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return Array.from({ length: RECOVERY_CODES }, () => [six(), six(), six(), six()].join('-'));
}

/** However it is typed. */
export function recoveryDigest(code: string): string {
  return digestOf(code.toLowerCase().replace(/[^a-z0-9]/g, ''));
}
