import { describe, expect, test } from 'vitest';
import { createTotp } from '../../../src/adapters/credential/totp.ts';

const totp = createTotp();
/** RFC 6238 appendix B: the ASCII secret 12345678901234567890; the codes are the last six digits. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const stepOf = (code: string, seconds: number, lastStep?: number) =>
  totp.stepOf(code, { secret, lastStep, now: seconds * 1000 });

describe('a code', () => {
  test.each([
    [59, '287082', 1],
    [1_111_111_109, '081804', 37_037_036],
    [1_234_567_890, '005924', 41_152_263],
    [2_000_000_000, '279037', 66_666_666],
  ])('of the RFC at %d s holds', (seconds, code, step) => {
    expect(stepOf(code, seconds)).toBe(step);
  });

  test('holds one step either way, and no further', () => {
    expect([0, 29, 30, 89, 90].map((seconds) => stepOf('287082', seconds))).toEqual([
      1,
      1,
      1,
      1,
      undefined,
    ]);
  });

  test('counts once, and none before it after it', () => {
    expect(stepOf('287082', 59, 1)).toBeUndefined();
    expect(stepOf('287082', 59, 2)).toBeUndefined();
    expect(stepOf('287082', 59, 0)).toBe(1);
  });

  test.each(['', '28708', '2870821', 'abcdef', '287083'])('%s does not hold', (code) => {
    expect(stepOf(code, 59)).toBeUndefined();
  });
});

test('a new secret has 160 bits, and authenticators are told whose it is', () => {
  const own = totp.newSecret();
  expect(own).toMatch(/^[A-Z2-7]{32}$/);
  expect(totp.newSecret()).not.toBe(own);
  const uri = new URL(totp.uri('olena@example.com', own));
  expect(uri.protocol).toBe('otpauth:');
  expect(uri.searchParams.get('secret')).toBe(own);
  expect(uri.searchParams.get('issuer')).toBe('Svitlo');
  expect(decodeURIComponent(uri.pathname)).toContain('Svitlo:olena@example.com');
});
