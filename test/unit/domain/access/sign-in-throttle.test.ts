import { describe, expect, test } from 'vitest';
import {
  type Attempt,
  createSignInThrottle,
} from '../../../../src/domain/access/sign-in-throttle.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const from = (address: string, changes: Partial<Attempt> = {}): Attempt => ({
  address,
  account: 'olena',
  isKnownAccount: true,
  ...changes,
});
const home = { device: 'of-olena' };

/** How many of so many attempts at once are let through. */
function letThrough(
  throttle: ReturnType<typeof createSignInThrottle>,
  attempts: readonly Attempt[],
  now = 0,
): number {
  return attempts.filter((attempt) => throttle.begin(attempt, now) === 0).length;
}
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

describe('guesses at one account from one address', () => {
  test('five cost nothing, each one beyond waits twice as long, five minutes at most', () => {
    const throttle = createSignInThrottle();
    expect(
      letThrough(
        throttle,
        times(10, () => from('203.0.113.7')),
      ),
    ).toBe(5);
    const waits: number[] = [];
    let now = 0;
    for (let more = 0; more < 12; more++) {
      const wait = throttle.begin(from('203.0.113.7'), now);
      waits.push(wait);
      now += wait;
      expect(throttle.begin(from('203.0.113.7'), now)).toBe(0);
    }
    expect(waits.map((wait) => wait / SECOND)).toEqual([
      1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300,
    ]);
  });

  test('an hour later they are forgotten', () => {
    const throttle = createSignInThrottle();
    letThrough(
      throttle,
      times(6, () => from('203.0.113.7')),
    );
    expect(
      letThrough(
        throttle,
        times(10, () => from('203.0.113.7')),
        HOUR,
      ),
    ).toBe(5);
  });

  test('the right password forgives them, and those at others not', () => {
    const throttle = createSignInThrottle();
    const own = from('203.0.113.7');
    letThrough(
      throttle,
      times(5, () => own),
    );
    throttle.settle(own, 'succeeded');
    expect(
      letThrough(
        throttle,
        times(10, () => own),
      ),
    ).toBe(5);
    // Of twenty for the address nine are gone: his own ones count there all the same.
    const others = times(30, (index) => from('203.0.113.7', { account: `other-${index}` }));
    expect(letThrough(throttle, others)).toBe(11);
  });

  test('one that came to nothing is not counted', () => {
    const throttle = createSignInThrottle();
    for (let more = 0; more < 30; more++) {
      const attempt = from('203.0.113.7');
      expect(throttle.begin(attempt, 0)).toBe(0);
      throttle.settle(attempt, 'undecided');
    }
    throttle.settle(from('198.51.100.1'), 'undecided');
    expect(throttle.size()).toBe(0);
  });
});

describe('guesses from everywhere', () => {
  const everywhere = (count: number) =>
    times(count, (index) => from(`10.0.${index >> 8}.${index & 255}`));

  test('at one account are slowed down after fifty', () => {
    const throttle = createSignInThrottle();
    expect(letThrough(throttle, everywhere(1000))).toBe(50);
  });

  test('do not keep the owner out of a browser that is known, not even at their own address', () => {
    const throttle = createSignInThrottle();
    letThrough(throttle, everywhere(1000));
    expect(throttle.begin(from('10.0.0.1', home), 0)).toBe(0);
  });

  test('at a name that nobody has are slowed down alike, and crowd out nobody', () => {
    const throttle = createSignInThrottle(100);
    letThrough(throttle, everywhere(60));
    const nobody = (index: number) =>
      from(`10.9.${index >> 8}.${index & 255}`, { account: `n-${index}`, isKnownAccount: false });
    letThrough(throttle, times(1000, nobody));
    expect(throttle.begin(from('192.0.2.1'), 0)).toBeGreaterThan(0);
    const one = times(1000, (index) =>
      from(`10.8.${index >> 8}.${index & 255}`, { account: 'ghost', isKnownAccount: false }),
    );
    expect(letThrough(createSignInThrottle(), one)).toBe(50);
  });

  test('of whatever number need bounded memory', () => {
    const throttle = createSignInThrottle(100);
    letThrough(
      throttle,
      times(5000, (index) => from(`10.1.${index >> 8}.${index & 255}`, { account: `a${index}` })),
    );
    expect(throttle.size()).toBeLessThanOrEqual(500);
  });
});

test('a known browser has ten tries of its own', () => {
  const throttle = createSignInThrottle();
  expect(
    letThrough(
      throttle,
      times(30, () => from('10.0.0.1', home)),
    ),
  ).toBe(10);
  throttle.settle(from('10.0.0.1', home), 'succeeded');
  expect(throttle.begin(from('10.0.0.1', home), 0)).toBe(0);
});

test('without a name, as with a passkey, the address alone counts', () => {
  const throttle = createSignInThrottle();
  const nameless = from('2001:db8::1', { account: undefined, isKnownAccount: false });
  const beside = from('2001:db8::2', { account: undefined, isKnownAccount: false });
  expect(
    letThrough(
      throttle,
      times(30, (index) => (index % 2 === 0 ? nameless : beside)),
    ),
  ).toBe(20);
});

test('a clock that was far ahead keeps nobody waiting for it', () => {
  const throttle = createSignInThrottle();
  const ahead = 24 * HOUR;
  for (let count = 0; count < 6; count++)
    throttle.begin(from('203.0.113.7'), ahead + count * SECOND);
  expect(throttle.begin(from('203.0.113.7'), 0)).toBe(2 * SECOND);
  expect(throttle.begin(from('203.0.113.7'), 2 * SECOND)).toBe(0);
});
