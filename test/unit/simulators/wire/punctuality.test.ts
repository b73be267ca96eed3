import { describe, expect, it } from 'vitest';
import { Punctuality } from '../../../../simulators/wire/punctuality.ts';

describe('punctuality', () => {
  it('counts what is late, and knows the lag that a share of the messages kept', () => {
    const punctuality = new Punctuality();
    for (let lag = 1; lag <= 200; lag++) punctuality.note(lag);
    punctuality.note(99_999);
    expect(punctuality.lateCount).toBe(101);
    expect(punctuality.maxMs).toBe(99_999);
    expect(punctuality.quantile(0.5)).toBe(101);
    expect(punctuality.quantile(1)).toBe(5000);
  });

  it('of nothing is 0', () => {
    expect(new Punctuality().quantile(0.99)).toBe(0);
  });

  it('takes what left before its time for punctual', () => {
    const punctuality = new Punctuality();
    punctuality.note(-3);
    expect(punctuality.quantile(1)).toBe(0);
  });
});
