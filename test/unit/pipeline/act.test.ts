import { beforeEach, describe, expect, it } from 'vitest';
import type { AlarmCommand } from '../../../src/contract/command.ts';
import { Station } from '../../support/station.ts';

const UPS = 'krakivets/ups-1';
const SCANNER = 'krakivets/scanner-1';
const ON_BATTERY = 'krakivets.ups-1.UPS_ON_BATTERY';
const FLAPPING = 'shehyni.ups-1.MAINS_FLAP';
const ESTOP = 'krakivets.scanner-1.SC_ESTOP';
const olena = { name: 'Olena', isVerified: false };
const petro = { name: 'Petro', isVerified: false };

let station: Station;

beforeEach(() => {
  station = new Station();
});

type Changes = { commandId?: string; until?: number };

/** What a person asks of an alarm as it is shown now. */
function ask(type: AlarmCommand['type'], alarmId: string, changes: Changes = {}, actor = olena) {
  const { occurrence = 1, version = 1 } = station.alarm(alarmId) ?? {};
  const { commandId = `${type} ${alarmId} ${version}`, until = station.now + 60_000 } = changes;
  const named = { alarmId, commandId, occurrence, version };
  const more = {
    shelve: { until: new Date(until).toISOString(), reason: 'known' },
    'out-of-service': { reason: 'repair', workOrder: 'WO-7' },
  } as Record<string, object>;
  const command = { type, ...named, ...more[type] } as AlarmCommand;
  return station.pipeline.desk.actOnAlarm(command, actor);
}

const HOT = { 'chiller.temp': 50, 'chiller.setpoint': 20 };

const estop = () =>
  station.say(SCANNER, { state: 'emergency_stop', estop: true, ...HOT }, 'scanner');

describe('a command on an alarm', () => {
  it('is answered after a restart as it was the first time, and is carried out once', async () => {
    await station.say(UPS, { 'ups.status': 'OB' });
    const first = await ask('acknowledge', ON_BATTERY, { commandId: 'c-1' });
    expect(first).toEqual({ ok: true, version: 2 });
    await station.restart(5);
    const { length } = station.pipeline.store.changes;
    const command = { alarmId: ON_BATTERY, commandId: 'c-1', occurrence: 1, version: 1 };
    const again = station.pipeline.desk.actOnAlarm({ type: 'acknowledge', ...command }, olena);
    expect(await again).toEqual(first);
    expect(station.pipeline.store.changes).toHaveLength(length);
  });

  it('that was refused may be given again', async () => {
    expect(await ask('acknowledge', ON_BATTERY, { commandId: 'c-1' })).toMatchObject({ ok: false });
    await station.say(UPS, { 'ups.status': 'OB' });
    expect(await ask('acknowledge', ON_BATTERY, { commandId: 'c-1' })).toMatchObject({ ok: true });
  });

  it.each([
    ['acknowledge', 'SVT_NOT_FOUND', 'krakivets.ups-9.UPS_ON_BATTERY'],
    ['reset', 'SVT_NOT_LATCHED', ON_BATTERY],
    ['unshelve', 'SVT_NOT_SHELVED', ON_BATTERY],
    ['return', 'SVT_NOT_OUT_OF_SERVICE', ON_BATTERY],
    ['shelve', 'SVT_NOT_SHELVABLE', ESTOP],
  ] as const)('%s may be refused with %s', async (type, code, alarmId) => {
    await station.say(UPS, { 'ups.status': 'OB' });
    await estop();
    expect(await ask(type, alarmId)).toEqual({ ok: false, code });
  });

  it('to shelve says for how long that may be at most', async () => {
    await station.say(UPS, { 'ups.status': 'OB' });
    const tooLong = { until: station.now + 9 * 3_600_000 };
    expect(await ask('shelve', ON_BATTERY, tooLong)).toEqual({
      ok: false,
      code: 'SVT_SHELVE_TOO_LONG',
      longestSeconds: 8 * 3600,
    });
    expect(await ask('shelve', ON_BATTERY, { until: station.now })).toEqual({
      ok: false,
      code: 'SVT_SHELVE_TOO_SHORT',
    });
  });

  it('to reset waits for an acknowledgement', async () => {
    for (const status of ['OL', 'OB', 'OL', 'OB', 'OL', 'OB', 'OL', 'OB', 'OL']) {
      await station.say('shehyni/ups-1', { 'ups.status': status });
      await station.pass(5);
    }
    await station.pass(1200);
    expect(station.alarm(FLAPPING)?.state).toBe('LATCH_UNACK');
    expect(await ask('reset', FLAPPING)).toEqual({ ok: false, code: 'SVT_ACKNOWLEDGE_FIRST' });
    await ask('acknowledge', FLAPPING);
    expect(await ask('reset', FLAPPING)).toMatchObject({ ok: true });
    expect(station.alarm(FLAPPING)?.state).toBe('NORM');
  });

  it('after another person says who was first and when', async () => {
    await station.say(UPS, { 'ups.status': 'OB' });
    await ask('out-of-service', ON_BATTERY);
    const at = station.now;
    await station.pass(3);
    expect(await ask('out-of-service', ON_BATTERY, {}, petro)).toEqual({
      ok: false,
      code: 'SVT_ALREADY_OUT_OF_SERVICE',
      by: 'Olena',
      at,
    });
  });
});

describe('whoever takes an incident', () => {
  it('acknowledges its alarms, and those of the devices below it', async () => {
    await station.say(UPS, { 'ups.status': 'OB' });
    expect(await station.take(station.top())).toMatchObject({ ok: true });
    expect(station.alarms()).toEqual(['krakivets.SITE_OUTAGE ACKED', `${ON_BATTERY} ACKED`]);
    expect(station.top()).toMatchObject({ state: 'taken', takenBy: 'Olena', takenAt: station.now });
    const actors = station.pipeline.store.changes.map(({ transition }) => transition.actor);
    expect(actors.slice(-2)).toEqual(['Olena', 'Olena']);
  });

  it('has not answered an emergency stop by that', async () => {
    await estop();
    await station.pass(60);
    expect(station.alarms()).toEqual([
      'krakivets.scanner-1.SC_CHILLER UNACK',
      'krakivets.scanner-1.SC_ESTOP UNACK',
    ]);
    await station.take(station.top());
    expect(station.alarms()).toEqual([
      'krakivets.scanner-1.SC_CHILLER ACKED',
      'krakivets.scanner-1.SC_ESTOP UNACK',
    ]);
  });

  it('second learns who was first', async () => {
    await station.say(UPS, { 'ups.status': 'OB' });
    const incident = station.top();
    await station.take(incident);
    expect(await station.take(incident, { name: 'Petro' })).toEqual({
      ok: false,
      code: 'SVT_ALREADY_TAKEN',
      by: 'Olena',
      at: station.now,
    });
  });

  it('must have seen what it has become', async () => {
    await station.say(UPS, { 'ups.status': 'OB' });
    const { revision } = station.top();
    expect(await station.take(station.top(), { revision: revision + 1 })).toEqual({
      ok: false,
      code: 'SVT_INCIDENT_CHANGED',
    });
  });

  it('learns that it is over', async () => {
    await station.say(UPS, { 'ups.status': 'OB' });
    const incident = station.top();
    await station.say(UPS, { 'ups.status': 'OL' });
    await station.pass(300);
    expect(station.openOf('krakivets')).toEqual([]);
    expect(await station.take(incident)).toEqual({ ok: false, code: 'SVT_ALREADY_RESOLVED' });
  });

  it('is answered again after a restart', async () => {
    await station.say(UPS, { 'ups.status': 'OB' });
    const { id: incidentId, revision } = station.top();
    const command = { type: 'take' as const, commandId: 'once', incidentId, revision };
    const first = await station.act(command);
    await station.restart();
    const { length } = station.pipeline.store.entries;
    expect(await station.act(command)).toEqual(first);
    expect(station.pipeline.store.entries).toHaveLength(length);
  });

  it('of an incident that nobody knows is told so', async () => {
    await station.say(UPS, { 'ups.status': 'OB' });
    expect(await station.take({ ...station.top(), id: 'x' })).toEqual({
      ok: false,
      code: 'SVT_NOT_FOUND',
    });
  });
});

describe('a note', () => {
  const outages = () => station.pipeline.store.outages({});

  async function outage(): Promise<void> {
    await station.say(UPS, { 'ups.status': 'OL' });
    await station.pass(10);
    await station.say(UPS, { 'ups.status': 'OB' });
    await station.pass(60);
  }

  it('is kept in the timeline, with who wrote it', async () => {
    await outage();
    await station.note(station.top(), { text: 'called the grid' });
    const events = await station.pipeline.store.incidentEvents(station.top().id);
    expect(events.at(-1)).toMatchObject({ type: 'note', text: 'called the grid', actor: 'Olena' });
  });

  it('of a mobile generator keeps incident and interruption open while mains seems to be back', async () => {
    await outage();
    const evidence = 'generator_connected' as const;
    expect(await station.note(station.top(), { evidence })).toMatchObject({ ok: true });
    await station.say(UPS, { 'ups.status': 'OL' });
    await station.pass(300);
    expect(station.top()).toMatchObject({ class: 'site', state: 'open' });
    expect(await outages()).toEqual([expect.not.objectContaining({ endedAt: expect.anything() })]);
  });

  it('of mains that is back ends both, from the time that it names', async () => {
    await outage();
    await station.note(station.top(), { evidence: 'generator_connected' });
    await station.say(UPS, { 'ups.status': 'OL' });
    await station.pass(120);
    const at = new Date(station.now - 60_000).toISOString();
    await station.note(station.top(), { evidence: 'mains_returned', at });
    await station.pass(120);
    expect(station.openOf('krakivets')).toEqual([]);
    expect(await outages()).toEqual([expect.objectContaining({ endedAt: Date.parse(at) })]);
  });

  it('of evidence on an incident that is over is refused', async () => {
    await outage();
    const incident = station.top();
    await station.say(UPS, { 'ups.status': 'OL' });
    await station.pass(300);
    expect(await station.note(incident, { evidence: 'mains_returned' })).toEqual({
      ok: false,
      code: 'SVT_ALREADY_RESOLVED',
    });
  });

  it('of evidence must name one of the sites that an incident covers', async () => {
    const { krakivets, shehyni } = station.pipeline.situation.topology.sites;
    if (krakivets === undefined || shehyni === undefined) throw new Error('two sites are needed');
    station = new Station({
      ...station.pipeline.situation.topology,
      sites: { krakivets, shehyni: { ...shehyni, region: 'lviv' } },
    });
    for (const path of [UPS, 'shehyni/ups-1']) await station.say(path, { 'ups.status': 'OB' });
    await station.pass(30);
    const above = station.top();
    expect(above.sites).toEqual(['krakivets', 'shehyni']);
    const evidence = 'generator_connected' as const;
    expect(await station.note(above, { evidence })).toEqual({ ok: false, code: 'SVT_SITE_NEEDED' });
    expect(await station.note(above, { evidence, site: 'shehyni' })).toMatchObject({ ok: true });
  });
});
