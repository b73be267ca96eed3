import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Generator } from '../../../../src/contract/config.ts';
import { dispatch } from '../../../../src/domain/dispatch/dispatch.ts';
import { type Need, type Option, optionOf } from '../../../../src/domain/dispatch/rank.ts';
import { distanceKm } from '../../../../src/domain/distance.ts';

const NOW = Date.UTC(2026, 0, 16, 12);
const CASES = 1000;

const generator = (changes: Partial<Generator> = {}): Generator => ({
  lat: 49.84,
  lon: 24.03,
  kW: 60,
  connectors: ['ccе-63'],
  averageKmh: 45,
  ...changes,
});

const need = (site: string, changes: Partial<Need> = {}): Need => ({
  site,
  lat: 49.96,
  lon: 23.12,
  marginSeconds: 3 * 3600,
  connectionSeconds: 1200,
  ...changes,
});

const order = (generators: Record<string, Generator>, needs: Need[]) =>
  dispatch(generators, needs, NOW).map(({ site }) => site);

describe('where one generator goes', () => {
  it('is the most pressed of the sites that it reaches in time', () => {
    const needs = [need('calm', { marginSeconds: 20_000 }), need('pressed')];
    expect(order({ g1: generator() }, needs)).toEqual(['pressed', 'calm']);
  });

  it('is a site in time before one that it cannot reach in time, and it says so', () => {
    const needs = [need('lost', { marginSeconds: 600 }), need('calm', { marginSeconds: 20_000 })];
    const plan = dispatch({ g1: generator() }, needs, NOW);
    expect(plan.map(({ site, isReachableInTime }) => [site, isReachableInTime])).toEqual([
      ['calm', true],
      ['lost', false],
    ]);
  });

  it('is the least late where it is late everywhere', () => {
    const needs = [need('a', { marginSeconds: -900 }), need('b', { marginSeconds: 300 })];
    expect(order({ g1: generator() }, needs)).toEqual(['b', 'a']);
  });

  it('of equal sites is the one that comes first by name, however they are listed', () => {
    const names = ['b', 'a', 'c'];
    for (const listed of [names, names.toReversed()]) {
      expect(
        order(
          { g1: generator() },
          listed.map((name) => need(name)),
        ),
      ).toEqual(['a', 'b', 'c']);
    }
  });

  it('is never a site that it has too little power or no plug for', () => {
    const needs = [
      need('heavy', { loadKw: 61 }),
      need('other-plug', { connector: 'powerlock' }),
      need('fits', { loadKw: 60, connector: 'ccе-63', marginSeconds: 0 }),
    ];
    const plan = dispatch({ g1: generator() }, needs, NOW);
    expect(plan.map(({ site, fits, isAssigned }) => [site, fits, isAssigned])).toEqual([
      ['fits', 'yes', true],
      ['heavy', 'power', false],
      ['other-plug', 'connector', false],
    ]);
  });

  it('counts the way there and the time to connect', () => {
    const [there] = dispatch({ g1: generator() }, [need('krakivets')], NOW);
    const travelSeconds = Math.round((3600 * 1.3 * distanceKm(generator(), need('x'))) / 45);
    expect(there).toMatchObject({
      travelSeconds,
      arrivesAt: NOW + 1000 * travelSeconds,
      marginAtArrivalSeconds: 3 * 3600 - travelSeconds - 1200,
    });
  });

  it('is nowhere while nobody needs it', () => {
    expect(dispatch({ g1: generator() }, [], NOW)).toEqual([]);
  });
});

it('sends two generators so that both sites are served, though each prefers the same one', () => {
  const far = generator({ lat: 46.5, lon: 30.7 });
  const needs = [
    need('near-both', { lat: 48.3, lon: 27.2, marginSeconds: 6 * 3600 }),
    need('far', { lat: 46.41, lon: 30.1, marginSeconds: 2 * 3600 }),
  ];
  const plan = dispatch({ north: generator(), south: far }, needs, NOW);
  expect(plan.filter((one) => one.isAssigned).map((one) => [one.generator, one.site])).toEqual([
    ['north', 'near-both'],
    ['south', 'far'],
  ]);
});

it('saves one site in time rather than coming too late to two', () => {
  const needs = [
    need('near', { marginSeconds: 3 * 3600, connector: 'a' }),
    need('far', { lat: 45.28, lon: 28.45, marginSeconds: 600, connector: 'b' }),
  ];
  const slow = generator({ averageKmh: 5, connectors: ['a'] });
  const plan = dispatch({ slow, fast: generator({ connectors: ['a', 'b'] }) }, needs, NOW);
  expect(plan.filter((one) => one.isAssigned).map((one) => [one.generator, one.site])).toEqual([
    ['fast', 'near'],
  ]);
});

it('measures Lviv to Krakivets', () => {
  expect(distanceKm({ lat: 49.84, lon: 24.03 }, { lat: 49.96, lon: 23.12 })).toBeCloseTo(66.6, 0);
});

/** Every way to send each generator to another site or nowhere. */
function* plans(options: readonly (readonly Option[])[]): Plans {
  const [first, ...rest] = options;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const later of plans(rest)) {
    yield [undefined, ...later];
    for (const option of first) {
      if (option.fits === 'yes' && !later.some((one) => one?.site === option.site)) {
        yield [option, ...later];
      }
    }
  }
}
type Plan = (Option | undefined)[];
type Plans = globalThis.Generator<Plan>;

/** By the words of the docstring: sites in time, then sites at all, then margins and lateness. */
function worthOf(plan: Plan): number[] {
  const sent = plan.filter((one) => one !== undefined);
  const inTime = sent.filter(({ isReachableInTime }) => isReachableInTime);
  const late = sent.filter(({ isReachableInTime }) => !isReachableInTime);
  const sum = (all: Option[]) => all.reduce((total, one) => total + one.marginAtArrivalSeconds, 0);
  return [inTime.length, sent.length, sum(late) - sum(inTime)];
}

function isBetter(a: number[], b: number[]): boolean {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && (a[at] as number) > (b[at] as number);
}

it(`plans as brute force does in ${CASES} cases`, () => {
  const place = { lat: fc.integer({ min: 45, max: 52 }), lon: fc.integer({ min: 22, max: 31 }) };
  const generators = fc.array(
    fc.record({
      ...place,
      kW: fc.constantFrom(20, 60, 100),
      connectors: fc.subarray(['a', 'b']),
      averageKmh: fc.constantFrom(30, 45, 60),
    }),
    { minLength: 1, maxLength: 4 },
  );
  const needs = fc.array(
    fc.record({
      ...place,
      marginSeconds: fc.integer({ min: -1800, max: 6 * 3600 }),
      connectionSeconds: fc.constantFrom(600, 1200),
      loadKw: fc.constantFrom(undefined, 15, 50, 80),
      connector: fc.constantFrom(undefined, 'a', 'b'),
    }),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(generators, needs, (drawn, wanted) => {
      const fleet = Object.fromEntries(drawn.map((one, index) => [`g${index}`, one]));
      const sites = wanted.map((one, index) => ({ ...one, site: `s${index}` }));
      const options = Object.entries(fleet).map(([id, one]) =>
        sites.map((site) => optionOf(id, one, site, NOW)),
      );
      let best: Plan = [];
      for (const plan of plans(options)) if (isBetter(worthOf(plan), worthOf(best))) best = plan;
      const chosen = dispatch(fleet, sites, NOW).filter(({ isAssigned }) => isAssigned);
      expect(worthOf(chosen)).toEqual(worthOf(best.filter((one) => one !== undefined)));
      expect(new Set(chosen.map(({ site }) => site)).size).toBe(chosen.length);
      expect(chosen.every(({ fits }) => fits === 'yes')).toBe(true);
    }),
    { numRuns: CASES, seed: 5 },
  );
});
