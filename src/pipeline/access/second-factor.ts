import type { Totp } from '../../access-port.ts';
import type { AccountRecord } from '../../contract/account.ts';
import { recoveryDigest } from './secret.ts';

/** The account after a code was used: each counts once. Undefined: it does not hold. */
export function withCodeUsed(
  account: AccountRecord,
  { code, totp, now }: { code: string; totp: Totp; now: number },
): AccountRecord | undefined {
  if (account.totp === undefined) return undefined;
  const { secret, lastStep } = account.totp;
  const step = totp.stepOf(code, { secret, lastStep, now });
  if (step !== undefined) return { ...account, totp: { secret, lastStep: step } };
  const digest = recoveryDigest(code);
  if (!account.recoveryCodes.includes(digest)) return undefined;
  return { ...account, recoveryCodes: account.recoveryCodes.filter((one) => one !== digest) };
}
