import { beforeEach, describe, expect, it } from 'vitest';
import { rejectForeign } from '../../../collectors/mqtt/broker-identity.ts';
import { sampleOf } from '../../support/sample.ts';
import { Station } from '../../support/station.ts';

const UPS = 'krakivets/ups-1';
const CLAIMED = 'krakivets.ups-1.DEV_CLAIMED UNACK';
const SILENT = 'krakivets.ups-1.DEV_SILENT UNACK';
const OK = { 'ups.status': 'OL' };

let station: Station;

beforeEach(() => {
  station = new Station();
});

/** Somebody else publishes on the topic of a device. */
async function claim(path = 'krakivets/ups/ups-1'): Promise<void> {
  const topic = `svitlo/v1/${path}/telemetry`;
  const payload = Buffer.from('{"ups.status":"OB"}');
  const message = { root: 'svitlo/v1', topic, payload, receivedAt: station.now };
  await station.pipeline.ingest.accept(rejectForeign(message, 'krakivets/ups/ups-9'));
}

const alarms = () => station.alarms().filter((line) => line.startsWith('krakivets.ups-1.'));

describe('a device whose topic another uses', () => {
  it('raises nothing while it is heard itself, and nothing of the message is taken', async () => {
    await station.say(UPS, OK);
    await claim();
    await station.pass(30);
    expect(alarms()).toEqual([]);
    const { fleet, rejects, ingest } = station.pipeline;
    expect(fleet.device('krakivets', 'ups-1', station.now)?.power).toBe('mains');
    expect(rejects.counts()).toEqual({ foreign_identity: 1 });
    expect(ingest.counts.rejected).toBe(1);
  });

  it('is an alarm as soon as it is silent, where the claim is no older than ten minutes', async () => {
    await station.say(UPS, OK);
    await claim();
    station.hush(UPS);
    await station.pass(14);
    expect(alarms()).toEqual([]);
    await station.pass(2);
    expect(alarms()).toEqual([CLAIMED, SILENT]);
  });

  it('is none where the claim is older', async () => {
    await station.say(UPS, OK);
    await claim();
    await station.pass(600);
    station.hush(UPS);
    await station.pass(30);
    expect(alarms()).toEqual([SILENT]);
  });

  it('is an alarm at once where it is silent already, and with an incident of its own', async () => {
    await station.say(UPS, OK);
    await station.say('krakivets/supply', { 'mains.present': true }, 'power');
    station.hush(UPS);
    await station.pass(60);
    await claim();
    expect(alarms()).toEqual([CLAIMED, SILENT]);
    expect(station.openOf('krakivets').map((one) => one.class)).toContain('device');
  });

  it('is an alarm where it was never heard', async () => {
    await claim();
    expect(alarms()).toEqual([CLAIMED]);
  });

  it('is an alarm by a message of another kind, too', async () => {
    const sample = sampleOf({ kind: 'power', metrics: { 'mains.present': true } });
    await station.pipeline.ingest.accept({ sample, rejects: [] });
    expect(alarms()).toEqual([CLAIMED]);
  });

  it('has ended when it is heard again and nobody has claimed its place for ten minutes', async () => {
    await claim();
    await station.pass(120);
    await station.say(UPS, OK);
    await claim();
    await station.pass(595);
    expect(alarms()).toEqual([CLAIMED]);
    await station.pass(20);
    expect(alarms()).toEqual(['krakivets.ups-1.DEV_CLAIMED RTN_UNACK']);
  });

  it('goes on while it is silent, however long nobody claims its place, and over a restart', async () => {
    await claim();
    await station.pass(1200);
    expect(alarms()).toEqual([CLAIMED]);
    await station.restart(60);
    await station.pass(60);
    expect(alarms()).toEqual([CLAIMED]);
    await station.say(UPS, OK);
    await station.pass(20);
    expect(alarms()).toEqual(['krakivets.ups-1.DEV_CLAIMED RTN_UNACK']);
  });

  it('is hidden by no silence of the whole site, and hides none', async () => {
    const devices = [UPS, 'krakivets/scanner-1', 'krakivets/supply'] as const;
    await station.say(UPS, OK);
    await station.say('krakivets/scanner-1', { state: 'ready' }, 'scanner');
    await station.say('krakivets/supply', { 'mains.present': true }, 'power');
    for (const path of devices) station.hush(path);
    await station.pass(120);
    await claim();
    await station.pass(10);
    expect(station.alarm('krakivets.COMMS_LOSS')?.state).toBe('UNACK');
    expect(station.alarm('krakivets.ups-1.DEV_CLAIMED')?.suppression).toBe('none');
  });

  it('is followed for devices that are known alone: strangers’ names are not kept', async () => {
    for (let number = 0; number < 50; number += 1) await claim(`krakivets/ups/stranger-${number}`);
    expect([...station.pipeline.fleet.states()]).toHaveLength(4);
    await station.say('krakivets/ups-9', OK);
    station.hush('krakivets/ups-9');
    await station.pass(60);
    await claim('krakivets/ups/ups-9');
    expect(station.alarms().filter((line) => line.includes('CLAIMED'))).toEqual([]);
  });

  it('counts its minutes on through a change of the monitor’s clock', async () => {
    await claim();
    const { situation } = station.pipeline;
    station.pipeline.clock.ms += 3_600_000;
    situation.shiftTimes(3_600_000, station.now);
    await station.say(UPS, OK);
    await station.pass(300);
    expect(alarms()).toEqual([CLAIMED]);
  });
});
