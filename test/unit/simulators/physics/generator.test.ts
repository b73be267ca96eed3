import { describe, expect, it } from 'vitest';
import {
  Generator,
  type GeneratorFailure,
  litresAnHour,
  startFailureChance,
} from '../../../../simulators/physics/generator.ts';
import { TransferSwitch } from '../../../../simulators/physics/transfer-switch.ts';
import { createRandom } from '../../../../simulators/random.ts';

const STEP = 0.25;

/** A 60 kW set and its switch under 24 kW; what they went through, with the second of each change. */
function outage(
  seed: number,
  options: {
    failure?: GeneratorFailure;
    fuelShare?: number;
    isAuto?: boolean;
    isStuck?: boolean;
    cutSeconds?: number;
    seconds?: number;
  } = {},
) {
  const { cutSeconds = 1800, fuelShare = 0.8, seconds = 4000 } = options;
  const random = createRandom(seed, 'generator');
  const set = new Generator({ ratedKw: 60, tankLitres: 120, fuelShare, random });
  const transfer = new TransferSwitch();
  if (options.failure !== undefined) set.failure = options.failure;
  set.isAuto = options.isAuto ?? true;
  transfer.isStuck = options.isStuck ?? false;
  const changes: { at: number; what: string }[] = [];
  let last = '';
  for (let at = 0; at < seconds; at += STEP) {
    const isMainsPresent = at >= cutSeconds;
    set.step(STEP, { isMainsPresent, isLoaded: transfer.position === 'generator', loadKw: 24 });
    transfer.step(STEP, { isMainsPresent, isGeneratorProducing: set.isProducing });
    const what = `${transfer.position} ${set.state}`;
    if (what !== last) changes.push({ at, what });
    last = what;
  }
  return { changes, set };
}

function secondOf(changes: readonly { at: number; what: string }[], what: string): number {
  return changes.find((change) => change.what === what)?.at ?? Number.NaN;
}

describe('generator and transfer switch', () => {
  it('take over within 10 to 40 seconds, go back after ten stable minutes, and cool down for five', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const { changes } = outage(seed);
      expect(changes.map(({ what }) => what)).toEqual([
        'off off',
        'off start',
        'off run',
        'generator run',
        'mains run',
        'mains off',
      ]);
      expect(secondOf(changes, 'generator run')).toBeGreaterThanOrEqual(9);
      expect(secondOf(changes, 'generator run')).toBeLessThanOrEqual(40);
      expect(Math.round(secondOf(changes, 'mains run') - 1800)).toBe(600);
      expect(Math.round(secondOf(changes, 'mains off') - secondOf(changes, 'mains run'))).toBe(300);
    }
  });

  it('does not start for a dip that is over within five seconds', () => {
    expect(outage(1, { cutSeconds: 4 }).changes.map(({ what }) => what)).toEqual([
      'off off',
      'mains off',
    ]);
  });

  it.each(['starter_battery', 'no_fuel', 'gelled_fuel', 'crank'] as const)(
    'fails by %s, and the load stays dark until mains is back',
    (failure) => {
      const { changes } = outage(1, { failure });
      expect(changes.at(-1)?.what).toBe('mains fail');
      expect(changes.some(({ what }) => what.startsWith('generator'))).toBe(false);
    },
  );

  it('overheats after some minutes, and runs dry when its tank is empty', () => {
    const hot = outage(1, { failure: 'overtemperature' }).changes;
    expect(secondOf(hot, 'off fail') - secondOf(hot, 'off run')).toBeCloseTo(360, -1);
    const dry = outage(1, { fuelShare: 0.01 });
    expect(dry.set.fuelShare).toBe(0);
    expect(dry.changes.some(({ what }) => what === 'off fail')).toBe(true);
  });

  it('stays off when it is not in AUTO, and is of no use behind a stuck switch', () => {
    expect(outage(1, { isAuto: false }).changes.map(({ what }) => what)).toEqual([
      'off off',
      'mains off',
    ]);
    const stuck = outage(1, { isStuck: true }).changes;
    expect(stuck.some(({ what }) => what.startsWith('generator'))).toBe(false);
  });

  it('starts again after a person has reset it', () => {
    const { set } = outage(1, { failure: 'starter_battery' });
    expect(set.state).toBe('fail');
    set.reset();
    expect(set.state).toBe('off');
  });

  it.each([
    [15, 6.8],
    [30, 11],
    [45, 14.4],
    [60, 18.2],
  ])('burns what makers say of a 60 kW set at %i kW', (kw, litres) => {
    expect(Math.abs(litresAnHour(kw, 60) / litres - 1)).toBeLessThan(0.035);
  });

  it('takes its fuel from the tank', () => {
    const { set } = outage(1, { fuelShare: 0.8, cutSeconds: 3600, seconds: 3600 });
    const litres = (0.8 - set.fuelShare) * 120;
    expect(Math.abs(litres / litresAnHour(24, 60) - 1)).toBeLessThan(0.03);
  });

  it('fails to start more often in frost', () => {
    expect(startFailureChance(0)).toBe(0.05);
    expect(startFailureChance(-11)).toBe(0.15);
  });
});
