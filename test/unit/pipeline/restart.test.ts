import { expect, it } from 'vitest';
import type { Topology } from '../../../src/contract/config.ts';
import { topology } from '../../support/sample.ts';
import { Station } from '../../support/station.ts';

const UPS = 'krakivets/ups-1';
const SUPPLY = 'krakivets/supply';
const OTHER = 'shehyni/ups-1';
/** A process ends at every so many seconds of a story. */
const STEP_SECONDS = 4;

type Pass = (seconds: number) => Promise<void>;
type Story = (station: () => Station, pass: Pass) => Promise<void>;

/** Both sites in one region. */
function twoSites(): Topology {
  const { krakivets, shehyni } = topology().sites;
  if (krakivets === undefined || shehyni === undefined) throw new Error('two sites are needed');
  return { ...topology(), sites: { krakivets, shehyni: { ...shehyni, region: 'lviv' } } };
}

async function calm(station: Station): Promise<void> {
  await station.say('krakivets/scanner-1', { state: 'ready' }, 'scanner');
  await station.say(UPS, { 'ups.status': 'OL', 'input.voltage': 230 });
  await station.say(SUPPLY, { 'mains.present': true }, 'power');
  await station.say(OTHER, { 'ups.status': 'OL' });
}

async function lose(station: Station): Promise<void> {
  await station.say(UPS, { 'ups.status': 'OB', 'input.voltage': 0 });
  await station.say(SUPPLY, { 'mains.present': false }, 'power');
}

const stories: Record<string, Story> = {
  'a cut': async (station, pass) => {
    await calm(station());
    await pass(30);
    await lose(station());
    await pass(60);
    await calm(station());
    await pass(90);
  },
  'a cut of a region': async (station, pass) => {
    await calm(station());
    await pass(30);
    await lose(station());
    await pass(3);
    await station().say(OTHER, { 'ups.status': 'OB' });
    await pass(57);
    await calm(station());
    await pass(150);
  },
  'a return that is contradicted': async (station, pass) => {
    await calm(station());
    await pass(30);
    await lose(station());
    await pass(20);
    await station().say(UPS, { 'ups.status': 'OL', 'input.voltage': 0 });
    await pass(60);
    await calm(station());
    await pass(150);
  },
  'a cut that a generator carries': async (station, pass) => {
    await calm(station());
    await pass(30);
    await lose(station());
    await pass(20);
    await station().say(UPS, { 'ups.status': 'OL', 'input.voltage': 230 });
    const carried = { 'ats.position': 'generator', 'generator.state': 'run' };
    await station().say(SUPPLY, { 'mains.present': false, ...carried }, 'power');
    await pass(120);
    const back = { 'ats.position': 'mains', 'generator.state': 'off' };
    await station().say(SUPPLY, { 'mains.present': true, ...back }, 'power');
    await pass(90);
  },
};

/** Plays a story, and begins a new process where so much of it (s) has passed. */
async function play(story: Story, restartAfter: number) {
  const station = new Station(twoSites());
  let [left, total] = [restartAfter, 0];
  await story(
    () => station,
    async (seconds) => {
      total += seconds;
      const before = Math.min(left, seconds);
      await station.pass(before);
      left -= before;
      if (left > 0) return;
      left = Number.POSITIVE_INFINITY;
      await station.restart();
      await station.pass(seconds - before);
    },
  );
  return { total, outcome: await outcomeOf(station) };
}

/** What people see of it; a return waits for a first word after a start, so that it may come a little later. */
async function outcomeOf({ pipeline: { store } }: Station) {
  const incidents = await store.incidents({ state: 'all', limit: 100 });
  const intents = await store.intents();
  return {
    alarms: store.changes
      .map(({ alarm }) => `${alarm.id} ${alarm.state} ${alarm.occurrence}`)
      .sort(),
    incidents: incidents.map((one) => `${one.id} ${one.class} ${one.state}`).sort(),
    intents: intents.map(({ incidentId, kind }) => `${incidentId} ${kind}`),
    outages: (await store.outages({})).map(
      ({ site, startedAt, endedAt }) => `${site} ${startedAt} ${endedAt === undefined}`,
    ),
  };
}

it.each(Object.entries(stories))(
  '%s is the same wherever a process ends in it',
  async (_, story) => {
    const undisturbed = await play(story, Number.POSITIVE_INFINITY);
    expect(undisturbed.outcome.intents).not.toEqual([]);
    for (let after = 1; after < undisturbed.total; after += STEP_SECONDS) {
      const { outcome } = await play(story, after);
      expect(outcome, `ended after ${after} s`).toEqual(undisturbed.outcome);
    }
  },
);
