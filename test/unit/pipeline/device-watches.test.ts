import { beforeEach, describe, expect, it } from 'vitest';
import { knownDevice } from '../../support/pipeline.ts';
import { topology } from '../../support/sample.ts';
import { Station } from '../../support/station.ts';

const UPS = 'krakivets/ups-1';
const MARGIN_LOW = 'krakivets.ups-1.UPS_MARGIN_LOW';
const SHUTDOWN = 'krakivets.ups-1.SHUTDOWN_NOW';

let station: Station;

beforeEach(() => {
  station = new Station();
});

const factsOf = (device: string) =>
  station.pipeline.situation.watches.of('krakivets').find(({ id }) => id === device);

describe('the facts of a site', () => {
  it('are of every device that is configured, heard or not', async () => {
    await station.say(UPS, { 'ups.status': 'OB' });
    const facts = station.pipeline.situation.watches.of('krakivets');
    expect(facts.map(({ id, input }) => [id, input])).toEqual([
      ['ups-1', 'lost'],
      ['scanner-1', 'unknown'],
      ['supply', 'unknown'],
    ]);
    expect([...station.pipeline.situation.watches.sites()]).toEqual(['krakivets', 'shehyni']);
  });

  it('tell a stranger from a device that is registered', async () => {
    await station.say('krakivets/ups-9', { 'ups.status': 'OB' });
    expect(factsOf('ups-9')).toMatchObject({ registered: false, input: 'lost' });
    expect(station.openOf('krakivets').map((one) => one.class)).not.toContain('site');
  });

  it('tell a generator that carries the site from one that has failed on it', async () => {
    const position = { 'mains.present': false, 'ats.position': 'generator' };
    await station.say('krakivets/supply', { ...position, 'generator.state': 'run' }, 'power');
    expect(factsOf('supply')?.isOnGenerator).toBe(true);
    await station.say('krakivets/supply', { ...position, 'generator.state': 'fail' }, 'power');
    expect(factsOf('supply')?.isOnGenerator).toBe(false);
  });

  it('say when a battery is empty, while it is used', async () => {
    await station.say(UPS, { 'ups.status': 'OL', 'battery.runtime': 1200 });
    expect(factsOf('ups-1')?.exhaustedAt).toBeUndefined();
    await station.say(UPS, { 'ups.status': 'OB', 'battery.runtime': 1200 });
    const { exhaustedAt = 0 } = factsOf('ups-1') ?? {};
    expect(exhaustedAt).toBeGreaterThan(station.now);
    expect(exhaustedAt).toBeLessThanOrEqual(station.now + 1_200_000);
  });
});

describe('a margin', () => {
  const onBattery = (runtime: number) =>
    station.say(UPS, { 'ups.status': 'OB', 'battery.charge': 80, 'battery.runtime': runtime });

  it('that shrinks while nothing is heard raises its alarms in their time', async () => {
    await station.say('krakivets/scanner-1', { state: 'ready' }, 'scanner');
    await onBattery(3600);
    const { marginSeconds = 0 } = factsOf('ups-1') ?? {};
    station.hush(UPS);
    expect(station.alarm(MARGIN_LOW)).toBeUndefined();
    await station.pass(Math.ceil(marginSeconds - 0.5 * 480) + 15);
    expect(station.alarm(MARGIN_LOW)?.state).toBe('UNACK');
    expect(station.alarm(SHUTDOWN)).toBeUndefined();
    await station.pass(0.5 * 480);
    expect(station.alarm(SHUTDOWN)?.state).toBe('UNACK');
  });

  it('is of no concern where the scanner is off', async () => {
    await station.say('krakivets/scanner-1', { state: 'off' }, 'scanner');
    await onBattery(300);
    await station.pass(30);
    expect(station.alarms()).not.toContain(`${MARGIN_LOW} UNACK`);
    expect(factsOf('ups-1')?.marginSeconds).toBeUndefined();
  });
});

describe('what is remembered of a device', () => {
  it('is taken up by the next process: verdict and runtime', async () => {
    await station.say(UPS, { 'ups.status': 'OL', 'battery.runtime': 1200, 'battery.charge': 100 });
    await station.pass(10);
    await station.say(UPS, { 'ups.status': 'OB', 'battery.runtime': 1200, 'battery.charge': 100 });
    await station.pass(120);
    const before = factsOf('ups-1');
    await station.restart();
    const { input, inputSince, wasOnBattery } = factsOf('ups-1') ?? {};
    expect({ input, inputSince, wasOnBattery }).toEqual({
      input: 'lost',
      inputSince: before?.inputSince,
      wasOnBattery: true,
    });
    expect(factsOf('ups-1')?.exhaustedAt).toBeDefined();
  });

  it('makes no device silent before it has had the time to speak', async () => {
    await station.say(UPS, { 'ups.status': 'OL' });
    await station.pass(5);
    await station.restart(3600);
    station.hush(UPS);
    await station.pass(14);
    expect(factsOf('ups-1')?.isSilent).toBe(false);
    await station.pass(1);
    expect(factsOf('ups-1')?.isSilent).toBe(true);
    expect(station.alarms()).toContain('krakivets.ups-1.DEV_SILENT UNACK');
  });

  it('goes with a device that leaves the configuration: it is a stranger until it speaks again', async () => {
    await station.say(UPS, { 'ups.status': 'OB' });
    const { krakivets, ...others } = topology().sites;
    if (krakivets === undefined) throw new Error('the topology has no krakivets');
    const { 'ups-1': _gone, ...devices } = krakivets.devices;
    const changed = { ...topology(), sites: { krakivets: { ...krakivets, devices }, ...others } };
    const { fleet, situation } = station.pipeline;
    fleet.configure(changed);
    situation.configure(changed, station.now);
    expect(factsOf('ups-1')).toMatchObject({ registered: false, input: 'unknown' });
    await station.say(UPS, { 'ups.status': 'OB' });
    expect(factsOf('ups-1')).toMatchObject({ registered: false, input: 'lost' });
  });
});

it('a return that siblings on the same feed contradict is not believed, and strangers are not asked', async () => {
  const { krakivets, ...others } = topology().sites;
  if (krakivets === undefined) throw new Error('the topology has no krakivets');
  const devices = { ...krakivets.devices, 'ups-2': { kind: 'ups' as const, interval: 5 } };
  station = new Station({
    ...topology(),
    sites: { krakivets: { ...krakivets, devices }, ...others },
  });
  for (const device of ['ups-1', 'ups-2', 'ups-9']) {
    await station.say(`krakivets/${device}`, { 'ups.status': 'OB' });
  }
  await station.pass(30);
  await station.say(UPS, { 'ups.status': 'OL' });
  await station.pass(60);
  expect(factsOf('ups-1')?.input).toBe('lost');
  await station.say('krakivets/ups-2', { 'ups.status': 'OL' });
  await station.pass(60);
  expect(factsOf('ups-1')?.input).toBe('mains');
  expect(knownDevice(station.pipeline.fleet, 'krakivets', 'ups-9').judgedPower).toBe('battery');
});

it('our own clock that is set makes nobody silent, and a loss no older', async () => {
  await station.say(UPS, { 'ups.status': 'OB' });
  await station.pass(5);
  const since = factsOf('ups-1')?.inputSince ?? 0;
  station.pipeline.clock.setBy = 3_600_000;
  await station.pass(1);
  expect(factsOf('ups-1')).toMatchObject({ inputSince: since + 3_600_000, isSilent: false });
});
