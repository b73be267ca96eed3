import { describe, expect, it } from 'vitest';
import { KnownClock } from '../../../../simulators/judge/known-clock.ts';
import type { Transmission } from '../../../../simulators/truth/witness.ts';

const NOW = Date.UTC(2026, 0, 16, 9);
const SECOND = 1000;

/** Places a message every 5 s whose clock is off by `offset(seconds)` seconds. */
function standings(offset: (seconds: number) => number, seconds: number) {
  const clock = new KnownClock();
  const all: { at: number; standing: string }[] = [];
  for (let at = 0; at <= seconds; at += 5) {
    all.push({
      at,
      standing: clock.place(sent(NOW + (at + offset(at)) * SECOND), NOW + at * SECOND),
    });
  }
  return all;
}

function sent(ts: number, given: Partial<Transmission> = {}): Transmission {
  const about = { device: 'reni/ups-1', kind: 'ups', channel: 'telemetry' } as const;
  return { at: ts, ts, isBackfill: false, ...about, ...given };
}

function until(all: { at: number; standing: string }[], standing: string): number[] {
  return all.filter((one) => one.standing === standing).map(({ at }) => at);
}

describe('the clock of a device', () => {
  it('is right while its messages are less than a minute old', () => {
    expect(
      until(
        standings(() => -50, 60),
        'now',
      ),
    ).toHaveLength(13);
  });

  it('that is slow from the start holds its messages back until half a minute has shown it', () => {
    const all = standings(() => -90, 60);
    expect(until(all, 'held')).toEqual([0, 5, 10, 15, 20, 25]);
    expect(until(all, 'now').at(0)).toBe(30);
  });

  it.each([-90, -3600])('that is set back by %d s makes them late until then', (offset) => {
    const all = standings((at) => (at < 60 ? 0 : offset), 120);
    expect(until(all, 'late')).toEqual([60, 65, 70, 75, 80, 85]);
    // The same half a minute shows that it is no backlog.
    expect(until(all, 'held')).toEqual([]);
  });

  it('that was fast and is set right is believed again after half a minute', () => {
    const all = standings((at) => (at < 60 ? 240 : 0), 120);
    expect(until(all, 'late')).toEqual([60, 65, 70, 75, 80, 85]);
    expect(until(all, 'now').at(-1)).toBe(120);
  });

  it('is not what makes a backlog old: that comes faster than time goes', () => {
    const clock = new KnownClock();
    for (let number = 0; number < 100; number++) {
      const ts = NOW - 600 * SECOND + number * 5 * SECOND;
      expect(clock.place(sent(ts), NOW + number * 20)).toBe('held');
    }
  });

  it('says nothing of what is marked as late', () => {
    expect(new KnownClock().place(sent(NOW, { isBackfill: true }), NOW)).toBe('late');
  });

  it('makes the state channel late by the newest telemetry', () => {
    const clock = new KnownClock();
    clock.place(sent(NOW), NOW);
    expect(clock.place(sent(NOW - 1, { channel: 'state' }), NOW)).toBe('late');
    expect(clock.place(sent(NOW, { channel: 'state' }), NOW)).toBe('now');
  });
});
