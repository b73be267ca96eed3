import { beforeEach, describe, expect, it } from 'vitest';
import { topology } from '../../support/sample.ts';
import { Station } from '../../support/station.ts';

const UPS = 'krakivets/ups-1';
const OTHER = 'shehyni/ups-1';

let station: Station;

const standing = () =>
  station.pipeline.situation
    .alarms()
    .filter(({ state }) => state === 'UNACK' || state === 'ACKED')
    .map(({ id }) => id)
    .sort();

const intents = () => station.pipeline.store.entries.flatMap(({ intents: all = [] }) => all);

beforeEach(() => {
  station = new Station();
});

describe('a device that leaves the configuration while its alarms stand', () => {
  it('takes them along, and those of its site with it', async () => {
    await station.say(UPS, { 'ups.status': 'OB' });
    await station.pass(5);
    expect(standing()).toContain('krakivets.ups-1.UPS_ON_BATTERY');
    station.hush(UPS);
    const { krakivets: _gone, ...sites } = topology().sites;
    const next = { ...topology(), sites };
    station.pipeline.fleet.configure(next);
    station.pipeline.situation.configure(next, station.now);
    station.pipeline.desk.flush();
    await station.pass(120);
    expect(standing().filter((id) => id.startsWith('krakivets'))).toEqual([]);
  });
});

describe('a site that was silent before a start', () => {
  it('is silent until it speaks, and nobody is told that it is back', async () => {
    await station.say(OTHER, { 'ups.status': 'OL' });
    await station.say(UPS, { 'ups.status': 'OL' });
    await station.pass(10);
    station.hush(OTHER);
    await station.pass(120);
    expect(standing()).toContain('shehyni.COMMS_LOSS');
    const before = intents().length;
    await station.restart(1);
    await station.pass(60);
    expect(standing()).toContain('shehyni.COMMS_LOSS');
    expect(intents()).toHaveLength(before);
  });
});

describe('a process that stood still', () => {
  it('takes nobody for silent before it has read what came meanwhile', async () => {
    await station.say(UPS, { 'ups.status': 'OL' });
    await station.pass(10);
    const { clock, desk, tick } = station.pipeline;
    clock.ms += 60_000;
    desk.resumed(clock.ms);
    tick.step(clock.ms);
    await desk.settled();
    expect(standing()).toEqual([]);
    station.hush(UPS);
    await station.pass(20);
    expect(standing()).toContain('krakivets.ups-1.DEV_SILENT');
  });
});

it('a stranger that falls silent, on battery too, is missed by nobody', async () => {
  await station.say('nowhere/ups-1', { 'ups.status': 'OB' });
  station.hush('nowhere/ups-1');
  await station.pass(60);
  expect(standing()).toEqual(['nowhere.ups-1.UPS_ON_BATTERY']);
});

it('a damaged memory is left out, and everything else alarms', async () => {
  await station.say(UPS, { 'ups.status': 'OB' });
  await station.pass(1);
  const { store, messages } = station.pipeline;
  await store.commit({ remembered: [{ space: 'watch', key: 'x/y', body: '{"in' }] });
  await station.restart(1);
  expect(station.pipeline.messages).toContain('journal: a damaged memory is left out');
  expect(messages).toEqual([]);
  expect(standing()).toContain('krakivets.ups-1.UPS_ON_BATTERY');
});

it('a time on battery that no UPS can have run is not believed', async () => {
  await station.say(UPS, { 'ups.status': 'OL' });
  await station.pass(1);
  station.hush(UPS);
  await station.pass(30);
  await station.say(UPS, { 'ups.status': 'OB', onBatterySeconds: 1e15 });
  const { watches, fleet } = station.pipeline.situation;
  const state = fleet.state('krakivets', 'ups-1');
  expect(state && watches.watched(state).watch.inputSince).toBe(station.now);
});
