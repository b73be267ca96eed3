import { beforeEach, describe, expect, it } from 'vitest';
import type { Topology } from '../../../src/contract/config.ts';
import { knownDevice } from '../../support/pipeline.ts';
import { statusAt, topology } from '../../support/sample.ts';
import { Station } from '../../support/station.ts';

const UPS = 'krakivets/ups-1';
const SUPPLY = 'krakivets/supply';
const ON_BATTERY = 'krakivets.ups-1.UPS_ON_BATTERY';
const OVERLOAD = 'krakivets.ups-1.UPS_OVERLOAD';

let station: Station;

beforeEach(() => {
  station = new Station(onlyKrakivets());
});

/** Without a site that is never heard. */
function onlyKrakivets(changes: Partial<Topology> = {}): Topology {
  const { krakivets } = topology().sites;
  if (krakivets === undefined) throw new Error('the topology has no krakivets');
  return { ...topology(), sites: { krakivets }, ...changes };
}

async function outage(seconds: number): Promise<void> {
  await station.say(UPS, { 'ups.status': 'OL' });
  await station.say(SUPPLY, { 'mains.present': true }, 'power');
  await station.pass(30);
  await station.say(UPS, { 'ups.status': 'OB' });
  await station.say(SUPPLY, { 'mains.present': false }, 'power');
  await station.pass(seconds);
}

async function restoreMains(): Promise<void> {
  await station.say(UPS, { 'ups.status': 'OL' });
  await station.say(SUPPLY, { 'mains.present': true }, 'power');
}

const journal = () => station.pipeline.store;
const intents = async () => (await journal().intents()).map(({ kind }) => kind);
const stepsOf = async (id: string) => (await journal().transitions(id)).map(({ reason }) => reason);

/** What became of a story that a restart did or did not interrupt. */
async function outcome() {
  return {
    alarms: journal().changes.map(({ alarm: { id, state, occurrence } }) => ({
      id,
      state,
      occurrence,
    })),
    intents: await intents(),
    incidents: await journal().incidents({ state: 'all', limit: 100 }),
    outages: await journal().outages({}),
  };
}

describe('an outage of one site', () => {
  it('is one incident, with one interruption and one first notification after the group wait', async () => {
    await outage(0);
    const startedAt = station.now - 1;
    await station.pass(9);
    expect(await intents()).toEqual([]);
    await station.pass(1);
    expect(await intents()).toEqual(['first']);
    await station.pass(600);
    expect(await intents()).toEqual(['first']);
    const { id } = station.top();
    expect(station.openOf('krakivets')).toHaveLength(1);
    expect(station.alarm(ON_BATTERY)?.incidentId).toBe(id);
    expect(await journal().outages({})).toEqual([
      expect.objectContaining({ site: 'krakivets', startedAt, incidentId: id, coverage: 1 }),
    ]);
  });

  it('hides what follows from it, and shows it again when its cause is over', async () => {
    const charger = 'krakivets.ups-1.UPS_CHARGER';
    const mains = { 'ups.status': 'OL', 'battery.charge': 80, 'battery.charger.status': 'resting' };
    await station.say(UPS, mains);
    await station.pass(610);
    expect(station.alarm(charger)).toMatchObject({ state: 'UNACK', suppression: 'none' });
    await station.say(UPS, { ...mains, 'ups.status': 'OB' });
    expect(station.alarm(charger)).toMatchObject({
      state: 'UNACK',
      suppression: 'suppressed',
      suppressedBy: ON_BATTERY,
    });
    await station.say(UPS, mains);
    await station.pass(600);
    expect(station.alarm(charger)).toMatchObject({ state: 'UNACK', suppression: 'none' });
  });

  it('ends when mains is back and stays, and people are told of it once', async () => {
    await outage(120);
    await restoreMains();
    const endedAt = station.now;
    await station.pass(59);
    expect(station.openOf('krakivets')).toHaveLength(1);
    await station.pass(30);
    expect(station.openOf('krakivets')).toEqual([]);
    expect(await intents()).toEqual(['first', 'restored']);
    expect(await journal().outages({})).toEqual([expect.objectContaining({ endedAt })]);
  });

  it('goes on while the generator carries the site', async () => {
    await outage(30);
    await station.say(UPS, { 'ups.status': 'OL' });
    const carried = { 'mains.present': false, 'ats.position': 'generator' };
    await station.say(SUPPLY, { ...carried, 'generator.state': 'run' }, 'power');
    await station.pass(600);
    expect(station.top()).toMatchObject({ class: 'site', state: 'open' });
    const [open] = await journal().outages({});
    expect(open?.endedAt).toBeUndefined();
  });
});

describe('a restart', () => {
  /** Plays the same story with and without a restart after `seconds` of it. */
  async function both(
    seconds: number,
    story: (pass: (s: number) => Promise<void>) => Promise<void>,
  ) {
    const outcomes = [];
    for (const isRestarted of [false, true]) {
      station = new Station(onlyKrakivets());
      let left = isRestarted ? seconds : Number.POSITIVE_INFINITY;
      await story(async (span) => {
        const before = Math.min(left, span);
        await station.pass(before);
        left -= before;
        if (left > 0) return;
        left = Number.POSITIVE_INFINITY;
        await station.restart();
        await station.pass(span - before);
      });
      outcomes.push(await outcome());
    }
    return outcomes;
  }

  const overload = async (pass: (seconds: number) => Promise<void>) => {
    await station.say(UPS, { 'ups.status': 'OL', 'ups.load': 40 });
    await pass(10);
    await station.say(UPS, { 'ups.status': 'OL', 'ups.load': 120 });
    await pass(60);
  };

  const cut = async (pass: (seconds: number) => Promise<void>) => {
    await station.say(UPS, { 'ups.status': 'OL' });
    await station.say(SUPPLY, { 'mains.present': true }, 'power');
    await pass(30);
    await station.say(UPS, { 'ups.status': 'OB' });
    await station.say(SUPPLY, { 'mains.present': false }, 'power');
    await pass(120);
    await restoreMains();
    await pass(120);
  };

  it.each([
    ['an on-delay', 15, overload],
    ['a group wait', 35, cut],
    ['an outage', 100, cut],
    ['an off-delay', 180, cut],
  ] as const)('in the middle of %s changes nothing of it', async (_, seconds, story) => {
    const [undisturbed, restarted] = await both(seconds, story);
    expect(restarted).toEqual(undisturbed);
    expect(undisturbed?.alarms).not.toEqual([]);
  });

  it('in the middle of a shelf leaves it until its end', async () => {
    await outage(5);
    const { occurrence = 0, version = 0 } = station.alarm('krakivets.SITE_OUTAGE') ?? {};
    const until = new Date(station.now + 60_000).toISOString();
    const subject = { alarmId: 'krakivets.SITE_OUTAGE', occurrence, version };
    const answer = await station.pipeline.desk.actOnAlarm(
      { type: 'shelve', commandId: 'c-1', ...subject, until, reason: 'known' },
      { name: 'Olena', isVerified: false },
    );
    expect(answer).toMatchObject({ ok: true });
    await station.restart(10);
    await station.pass(49);
    expect(station.alarm(subject.alarmId)?.suppression).toBe('shelved');
    await station.pass(1);
    expect(station.alarm(subject.alarmId)?.suppression).toBe('none');
    expect((await stepsOf(subject.alarmId)).at(-1)).toBe('shelf_expired');
  });

  it('after a pause tells once of an outage that began in it and still holds', async () => {
    await station.say(UPS, { 'ups.status': 'OL' });
    await station.pass(10);
    await station.restart(600);
    await station.say(UPS, { 'ups.status': 'OB' });
    await station.pass(20);
    expect(station.alarms()).toEqual([`krakivets.SITE_OUTAGE UNACK`, `${ON_BATTERY} UNACK`]);
    expect(await intents()).toEqual(['first']);
  });

  it('after a pause tells nobody of an outage that began and ended in it, and the ledger has it', async () => {
    await station.say(UPS, { 'ups.status': 'OL' });
    await station.pass(10);
    const from = station.now;
    await station.restart(600);
    for (const [after, status] of [
      [60, 'OB'],
      [120, 'OB'],
      [180, 'OL'],
    ] as const) {
      const receivedAt = station.now;
      const sample = statusAt(from + 1000 * after, status, { receivedAt });
      await station.pipeline.ingest.accept({ sample, rejects: [] });
    }
    await station.say(UPS, { 'ups.status': 'OL' });
    await station.pass(120);
    expect(station.alarms()).toEqual([]);
    expect(await intents()).toEqual([]);
    expect(await journal().outages({})).toEqual([
      expect.objectContaining({
        startedAt: from + 60_000,
        endedAt: from + 180_000,
        isLate: true,
      }),
    ]);
  });

  it('forgets no verdict: a return that is contradicted is still not believed', async () => {
    await station.say(UPS, { 'ups.status': 'OB', 'input.voltage': 0 });
    await station.pass(10);
    await station.restart();
    await station.say(UPS, { 'ups.status': 'OL', 'input.voltage': 0 });
    await station.pass(300);
    expect(station.alarms()).toContain(`${ON_BATTERY} UNACK`);
  });
});

describe('a return to mains that is contradicted', () => {
  it('leaves the UPS on battery for all who look, and its end is pushed at once', async () => {
    const view = () => station.pipeline.fleet.device('krakivets', 'ups-1', station.now)?.power;
    await station.say(UPS, { 'ups.status': 'OB', 'input.voltage': 0 });
    await station.pass(5);
    await station.say(UPS, { 'ups.status': 'OL', 'input.voltage': 0 });
    await station.pass(60);
    expect(view()).toBe('battery');
    const { told } = station.pipeline.live;
    told.length = 0;
    await station.say(UPS, { 'ups.status': 'OL', 'input.voltage': 228 });
    await station.pass(60);
    expect(view()).toBe('mains');
    expect(told.filter((one) => one.startsWith('power'))).toEqual(['power krakivets/ups-1']);
  });

  it('is journalled with the contradiction when it is believed at last, not before', async () => {
    await station.say(UPS, { 'ups.status': 'OB', 'input.voltage': 0 });
    await station.say(UPS, { 'ups.status': 'OL', 'input.voltage': 0 });
    await station.pass(300);
    expect(await stepsOf(ON_BATTERY)).toEqual(['on_battery']);
  });
});

describe('a backlog that is still being read', () => {
  const held = async (status: string) => {
    const sample = statusAt(station.now - 3_600_000, status, { receivedAt: station.now });
    await station.pipeline.ingest.accept({ sample, rejects: [] });
    return station.pipeline.desk.wouldRaise(knownDevice(station.pipeline.fleet));
  };

  it('says what it would raise, and raises nothing', async () => {
    expect(await held('OB LB')).toEqual(['UPS_ON_BATTERY', 'UPS_CRITICAL']);
    expect(station.pipeline.situation.alarms()).toEqual([]);
  });

  it('would raise nothing where all is well', async () => {
    expect(await held('OL')).toEqual([]);
  });

  it('is nothing of a device that holds none', async () => {
    await station.say(UPS, { 'ups.status': 'OB' });
    expect(station.pipeline.desk.wouldRaise(knownDevice(station.pipeline.fleet))).toEqual([]);
  });
});

describe('a new configuration', () => {
  it('ends the alarms that are no longer wanted, and what hung on them', async () => {
    await station.say(UPS, { 'ups.status': 'OL', 'ups.load': 120 });
    await station.pass(30);
    expect(station.alarms()).toEqual([`${OVERLOAD} UNACK`]);
    const thresholds = { rules: { UPS_OVERLOAD: { enabled: false } } };
    const { situation, desk } = station.pipeline;
    situation.configure(onlyKrakivets({ thresholds }), station.now);
    desk.flush();
    await desk.settled();
    expect(station.alarms()).toEqual([`${OVERLOAD} RTN_UNACK`]);
    await station.pass(60);
    expect(station.alarms()).toEqual([`${OVERLOAD} RTN_UNACK`]);
    expect(station.openOf('krakivets')).toEqual([]);
  });
});

it('a message of the state channel is no word of the power', async () => {
  await station.say(UPS, { 'ups.status': 'OB' });
  const before = journal().entries.length;
  const state = knownDevice(station.pipeline.fleet);
  const sample = statusAt(station.now, 'OL', { channel: 'state' });
  station.pipeline.desk.observe(sample, state);
  station.pipeline.desk.complete(sample, state);
  expect(journal().entries).toHaveLength(before);
});
