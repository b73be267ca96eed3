import type { AccessRefusal } from '../../access-port.ts';
import { passwordFault } from '../../domain/access/password-rule.ts';
import { SvitloError } from '../../errors.ts';

export function refusal(code: AccessRefusal['code'], message?: string): AccessRefusal {
  return { ok: false, code, ...(message === undefined ? {} : { message }) };
}

/** Whatever was wrong: who guesses is not told. */
export const SIGN_IN_REFUSED = refusal('SVT_SIGN_IN_REFUSED');

export function tooManyAttempts(waitMs: number): AccessRefusal {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  return { ...refusal('SVT_TOO_MANY_ATTEMPTS'), retryAfterSeconds };
}

const WEAK = {
  too_short: 'expected at least 12 characters',
  too_long: 'expected 128 characters at most',
  name: 'expected more than the name of the account',
  common: 'expected one that is not easily guessed: several words, for instance',
} as const;

/** Undefined: it is taken. */
export function weakPassword(password: string, account: string): AccessRefusal | undefined {
  const fault = passwordFault(password, account);
  return fault && refusal('SVT_PASSWORD_WEAK', WEAK[fault]);
}

/** A fault that is no fault of ours but an answer: too many at once, or a provider out of reach. */
export async function orRefusal<T>(work: () => Promise<T>): Promise<T | AccessRefusal> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SvitloError)) throw error;
    const { code, message, params } = error;
    if (code === 'SVT_TOO_MANY_ATTEMPTS')
      return tooManyAttempts(Number(params.retryAfterSeconds) * 1000);
    if (code === 'SVT_OIDC_FAILED') return refusal(code, message);
    throw error;
  }
}
