import { Secret, TOTP } from 'otpauth';
import type { Totp } from '../../access-port.ts';

const ISSUER = 'Svitlo';
/** RFC 4226 § 4 asks for 160 bits. */
const SECRET_BYTES = 20;
const PERIOD_SECONDS = 30;

/** RFC 6238 as every authenticator knows it: SHA-1, six digits, 30 s. */
export function createTotp(): Totp {
  return {
    newSecret: () => new Secret({ size: SECRET_BYTES }).base32,
    uri: (account, secret) => authenticator(secret, account).toString(),
    stepOf: (code, { secret, lastStep, now }) => {
      if (!/^\d{6}$/.test(code)) return undefined;
      const totp = authenticator(secret);
      // One step either way for clocks that differ and people who type (§ 5.2).
      const delta = totp.validate({ token: code, timestamp: now, window: 1 });
      if (delta === null) return undefined;
      const step = totp.counter({ timestamp: now }) + delta;
      return step > (lastStep ?? Number.NEGATIVE_INFINITY) ? step : undefined;
    },
  };
}

function authenticator(secret: string, label = ''): TOTP {
  return new TOTP({
    issuer: ISSUER,
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_SECONDS,
    secret: Secret.fromBase32(secret),
  });
}
