import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricValue } from '../../../../src/contract/metric.ts';
import { rulesOf } from '../../../../src/domain/alarm/rule.ts';
import { topology } from '../../../support/sample.ts';
import { Watched } from '../../../support/watched.ts';

const onBattery = rulesOf(topology()).rule('UPS_ON_BATTERY');
const critical = rulesOf(topology()).rule('UPS_CRITICAL');

const forgery = fc.record({
  /** At least one of the three contradicts. */
  signs: fc.subarray(['voltage', 'charge', 'siblings'] as const, { minLength: 1 }),
  volts: fc.integer({ min: 0, max: 114 }),
  /** % of charge a minute: from an idle scanner to one that scans. */
  fallPerMinute: fc.double({ min: 1.2, max: 6, noNaN: true }),
  decimals: fc.constantFrom(0, 1, 2),
  charge: fc.double({ min: 40, max: 99, noNaN: true }),
  intervalSeconds: fc.constantFrom(1, 2, 5, 10),
  siblings: fc.integer({ min: 1, max: 3 }),
  /** No meter, one that sees no mains, or one that is silent. */
  meter: fc.constantFrom('none', 'dark', 'silent'),
  isLow: fc.boolean(),
  status: fc.constantFrom('OL', 'OL CHRG', 'OL CAL', 'OL BYPASS', 'CHRG OL OL'),
  lastsSeconds: fc.integer({ min: 120, max: 600 }),
});
type Forgery = typeof forgery extends fc.Arbitrary<infer T> ? T : never;

/** The siblings that still say that the feed is lost, and its meter. */
function neighbours({ signs, siblings, meter }: Forgery): Watched[] {
  const ups = Array.from({ length: siblings }, () => new Watched('ups').say('OB'));
  const supply = new Watched('power').say({ 'mains.present': meter === 'silent' });
  if (meter === 'silent') supply.pass(60);
  return [...(signs.includes('siblings') ? ups : []), ...(meter === 'none' ? [] : [supply])];
}

/** How long mains must hold for a clear, and the clears that an alarm would have had (s). */
class Clears {
  readonly #offSeconds: number;
  #held = 0;
  count = 0;

  constructor(offSeconds: number) {
    this.#offSeconds = offSeconds;
  }

  follow(truth: string | undefined): void {
    this.#held = truth === 'inactive' ? this.#held + 1 : 0;
    if (this.#held === this.#offSeconds) this.count += 1;
  }
}

/** Plays a loss and then the return; what each second of it makes of both alarms. */
function play(
  watched: Watched,
  around: readonly Watched[],
  messageAt: (second: number) => Record<string, MetricValue>,
  { lastsSeconds, intervalSeconds }: { lastsSeconds: number; intervalSeconds: number },
): { clears: number; criticalClears: number } {
  const alarm = new Clears(onBattery.offDelayMs / 1000);
  const worst = new Clears(critical.offDelayMs / 1000);
  for (let second = 0; second < lastsSeconds; second += 1) {
    watched.now += 1000;
    for (const other of around) {
      other.now = watched.now;
      if (other.kind === 'ups') other.say('OB');
      else if (!other.watch.isSilent) other.say({ 'mains.present': false });
    }
    if (second % intervalSeconds === 0) watched.say(messageAt(second));
    else watched.tick();
    alarm.follow(watched.condition(onBattery, true)?.truth);
    worst.follow(watched.condition(critical, true)?.truth);
  }
  return { clears: alarm.count, criticalClears: worst.count };
}

describe('a thousand forged returns to mains', () => {
  it('clear nothing', () => {
    const counted = { runs: 0, clears: 0 };
    fc.assert(
      fc.property(forgery, (forged) => {
        const { signs, volts, fallPerMinute, decimals, charge, intervalSeconds, status } = forged;
        // An empty battery tells no more by its charge.
        const emptyAfter = (charge / fallPerMinute) * 60;
        const watched = new Watched('ups', { intervalSeconds });
        const around = neighbours(forged);
        watched.siblings.push(watched, ...around);
        const lost = forged.isLow ? 'OB LB DISCHRG' : 'OB DISCHRG';
        watched.say('OL').pass(1);
        watched.go(30, { 'ups.status': lost, 'input.voltage': 0, 'battery.charge': charge });
        const { inputSince } = watched.watch;
        const { clears, criticalClears } = play(
          watched,
          around,
          (second) => {
            const fallen = charge - (second / 60) * fallPerMinute;
            const shown = signs.includes('charge') ? fallen : charge;
            return {
              'ups.status': status,
              'battery.charge': Number(shown.toFixed(decimals)),
              ...(signs.includes('voltage') ? { 'input.voltage': volts } : {}),
            };
          },
          { intervalSeconds, lastsSeconds: Math.min(forged.lastsSeconds, emptyAfter) },
        );
        counted.runs += 1;
        counted.clears += clears + (forged.isLow ? criticalClears : 0);
        expect({ clears, isLowCleared: forged.isLow && criticalClears > 0 }).toEqual({
          clears: 0,
          isLowCleared: false,
        });
        // The loss goes on as it was, whatever was believed for some seconds.
        if (watched.watch.input === 'lost') expect(watched.watch.inputSince).toBe(inputSince);
      }),
      { numRuns: 1000, seed: 20_261_124 },
    );
    expect(counted).toEqual({ runs: 1000, clears: 0 });
  });

  it('differ from true ones, which all clear', () => {
    const truth = fc.record({
      risePerMinute: fc.double({ min: 0, max: 1, noNaN: true }),
      charge: fc.double({ min: 5, max: 100, noNaN: true }),
      volts: fc.integer({ min: 200, max: 250 }),
      intervalSeconds: fc.constantFrom(1, 2, 5, 10),
      siblingReturnsAt: fc.integer({ min: 0, max: 40 }),
    });
    fc.assert(
      fc.property(truth, ({ risePerMinute, charge, volts, intervalSeconds, siblingReturnsAt }) => {
        const watched = new Watched('ups', { intervalSeconds });
        const sibling = new Watched('ups').say('OB');
        watched.siblings.push(sibling);
        watched.say('OL').pass(1);
        watched.go(30, { 'ups.status': 'OB', 'input.voltage': 0, 'battery.charge': charge });
        const messageAt = (second: number) => {
          sibling.now = watched.now;
          sibling.say(second >= siblingReturnsAt ? 'OL' : 'OB');
          return {
            'ups.status': 'OL CHRG',
            'input.voltage': volts,
            'battery.charge': Math.min(100, charge + (second / 60) * risePerMinute),
          };
        };
        const lastsSeconds = 120;
        const { clears } = play(watched, [], messageAt, { lastsSeconds, intervalSeconds });
        expect(clears).toBe(1);
      }),
      { numRuns: 300, seed: 20_261_125 },
    );
  });
});
