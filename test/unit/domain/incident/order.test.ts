import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Incident } from '../../../../src/contract/incident.ts';
import { World } from '../../../support/correlation.ts';

/** What of the open incidents must not depend on which message came first. */
function essence(world: World): string[] {
  const open = world.correlator.open();
  const nameOf = (one: Incident | undefined) =>
    one === undefined ? '' : `${one.class} ${one.region ?? one.devices.toSorted().join()}`;
  return open
    .map((one) => {
      const parent = open.find(({ id }) => id === one.parentId);
      return [
        nameOf(one),
        one.severity,
        one.cause,
        one.isConfirmed,
        one.sites.toSorted().join(),
        nameOf(parent),
      ].join(' | ');
    })
    .sort();
}

const device = fc.record({
  region: fc.constantFrom('a', 'b', 'c'),
  site: fc.integer({ min: 1, max: 4 }),
  ups: fc.integer({ min: 1, max: 3 }),
});
const losses = fc.uniqueArray(device, {
  minLength: 1,
  maxLength: 30,
  selector: ({ region, site, ups }) => `${region}${site}${ups}`,
});

function after(lost: readonly { region: string; site: number; ups: number }[]): World {
  const world = new World();
  for (const region of ['a', 'b', 'c']) {
    for (const site of [1, 2, 3, 4]) {
      world.site(`${region}${site}`, 3, { region, queue: `1.${(site % 2) + 1}` });
    }
  }
  world.start();
  for (const { region, site, ups } of lost) world.lose(`${region}${site}`, `ups-${ups}`);
  return world.pass(15);
}

test('the order in which the losses of one moment arrive changes nothing', () => {
  const cases = losses.chain((lost) =>
    fc.tuple(
      fc.constant(lost),
      fc.shuffledSubarray(lost, { minLength: lost.length, maxLength: lost.length }),
    ),
  );
  fc.assert(
    fc.property(cases, ([lost, shuffled]) => {
      const one = after(lost);
      const other = after(shuffled);
      expect(essence(other)).toEqual(essence(one));
      expect(other.intents.length).toBe(one.intents.length);
    }),
    { numRuns: 150, seed: 5 },
  );
});
