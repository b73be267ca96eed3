import { beforeEach, describe, expect, it } from 'vitest';
import type { Topology } from '../../../src/contract/config.ts';
import type { Outage } from '../../../src/contract/outage.ts';
import { START, topology } from '../../support/sample.ts';
import { Station } from '../../support/station.ts';

const UPS = 'krakivets/ups-1';
const SCANNER = 'krakivets/scanner-1';

let station: Station;

beforeEach(() => {
  station = new Station(withGenerators());
});

function withGenerators(): Topology {
  const { krakivets, shehyni } = topology().sites;
  if (krakivets === undefined || shehyni === undefined) throw new Error('two sites are needed');
  const lviv = { lat: 49.84, lon: 24.03, kW: 60, connectors: ['cee-63'], averageKmh: 45 };
  return {
    ...topology(),
    sites: { krakivets: { ...krakivets, connectionMinutes: 15 }, shehyni },
    generators: { 'gen-1': lviv },
  };
}

const outlook = (device: string) => station.pipeline.outlook.outlook('krakivets', device);

/** The UPS says for how long it still lasts (s). */
const say = (status: string, runtime = 3600) =>
  station.say(UPS, { 'ups.status': status, 'battery.charge': 90, 'battery.runtime': runtime });

const scan = (state: string) => station.say(SCANNER, { state }, 'scanner');

describe('what is expected of a UPS', () => {
  it('is nothing while nothing is known of it', () => {
    expect(outlook('ups-9')).toBeUndefined();
    expect(outlook('ups-1')).toEqual({});
  });

  it('is how long it would last while mains is there, and no margin', async () => {
    await say('OL');
    await station.pass(1);
    expect(outlook('ups-1')).toEqual({ forecast: expect.objectContaining({ method: 'reported' }) });
  });

  it('is on battery less with every second, heard or not, and its margin with it', async () => {
    await scan('ready');
    await say('OB');
    const first = outlook('ups-1');
    station.hush(UPS);
    await station.pass(10);
    const later = outlook('ups-1');
    const runtime = first?.forecast?.runtimeSeconds ?? 0;
    expect(later?.forecast?.runtimeSeconds).toBe(runtime - 10);
    expect(first?.marginSeconds).toBe(Math.round(runtime - 480));
    expect(later?.marginSeconds).toBe(Math.round(runtime - 490));
  });

  it('has no margin where no scanner needs a shutdown any more', async () => {
    await scan('off');
    await say('OB');
    expect(outlook('ups-1')).not.toHaveProperty('marginSeconds');
  });

  it('is what its charge will be when its queue is cut next', async () => {
    const cut = { date: '2026-11-24', queue: '3.1', slots: [{ from: '20:00', to: '22:30' }] };
    await station.pipeline.desk.enterSchedule(
      { type: 'enter-days', days: [cut] },
      { name: 'olena', isVerified: true },
    );
    await station.say(UPS, { 'ups.status': 'OL CHRG', 'battery.charge': 50 });
    const { nextCut } = outlook('ups-1') ?? {};
    expect(nextCut).toMatchObject({ at: Date.UTC(2026, 10, 24, 18), seconds: 9000 });
    expect(nextCut?.chargePercent).toBeGreaterThan(60);
    expect(nextCut?.chargePercent).toBeLessThanOrEqual(100);
    await say('OB');
    expect(outlook('ups-1')).not.toHaveProperty('nextCut');
  });

  it('says that it is tested, and a calibration is no need for a generator', async () => {
    await station.say(UPS, { 'ups.status': 'OB CAL', 'input.voltage': 230 });
    expect(outlook('ups-1')).toMatchObject({ expectation: 'testing' });
    expect(station.pipeline.outlook.dispatch('gen-1')).toEqual([]);
  });
});

describe('what is expected of a scanner', () => {
  it('is when its shutdown must begin, by the UPS that feeds it', async () => {
    await scan('ready');
    await say('OB');
    const margin = outlook('ups-1')?.marginSeconds ?? 0;
    const { beginShutdownBy = 0, ...rest } = outlook('scanner-1') ?? {};
    expect(rest).toEqual({ marginSeconds: margin });
    expect(Math.abs(beginShutdownBy - (station.now + 1000 * margin))).toBeLessThanOrEqual(500);
  });

  it('is what is gained by stopping, while it scans', async () => {
    const drawn = async (state: string, kW: number) => {
      await station.say(SCANNER, { state, 'power.active': kW }, 'scanner');
      const load = { 'ups.load': 50, 'ups.realpower': 1000 * kW };
      const runtime = { 'battery.charge': 90, 'battery.runtime': 3600 };
      await station.say(UPS, { 'ups.status': 'OB', ...runtime, ...load });
      return outlook('scanner-1')?.stopScanningGainSeconds ?? -1;
    };
    expect(await drawn('scanning', 24)).toBeGreaterThan(60);
    expect(await drawn('standby', 7)).toBe(0);
  });

  it('is nothing while mains is there, or when it is off', async () => {
    await scan('ready');
    await say('OL');
    expect(outlook('scanner-1')).toEqual({});
    await scan('off');
    await say('OB');
    expect(outlook('scanner-1')).not.toHaveProperty('beginShutdownBy');
  });
});

describe('open incidents', () => {
  it('bear the margin of their most pressed scanner, the newest incident first', async () => {
    await scan('ready');
    await say('OB');
    await station.pass(5);
    await station.say('shehyni/ups-1', { 'ups.status': 'OB' });
    const [newest, older] = station.pipeline.outlook.incidents();
    expect(newest).toMatchObject({ sites: ['shehyni'] });
    expect(newest).not.toHaveProperty('worstMarginSeconds');
    expect(older?.worstMarginSeconds).toBe(outlook('ups-1')?.marginSeconds);
    expect(station.pipeline.outlook.incidentOf('krakivets')).toBe(older?.id);
  });
});

describe('where a generator goes', () => {
  it('is to a site without mains, by its margin, travel and time to connect', async () => {
    await scan('ready');
    await say('OB', 7200);
    const [only] = station.pipeline.outlook.dispatch('gen-1') ?? [];
    const { marginSeconds = 0 } = outlook('ups-1') ?? {};
    expect(only).toMatchObject({ site: 'krakivets', isAssigned: true, connectionSeconds: 900 });
    const travel = only?.travelSeconds ?? 0;
    expect(only?.marginAtArrivalSeconds).toBeCloseTo(marginSeconds - travel - 900, -1);
    await say('OL');
    expect(station.pipeline.outlook.dispatch('gen-1')).toEqual([]);
  });

  it('is nowhere for one that nobody knows', () => {
    expect(station.pipeline.outlook.dispatch('gen-2')).toBeUndefined();
    expect(station.pipeline.outlook.dispatch('constructor')).toBeUndefined();
  });
});

describe('a span’s summary', () => {
  const outage = (changes: Partial<Outage> = {}): Outage => ({
    id: 'krakivets:1',
    site: 'krakivets',
    startedAt: START,
    endedAt: START + 3_600_000,
    duration: 'sustained',
    evidence: ['ups-1'],
    cause: 'unknown',
    coverage: 1,
    isLate: false,
    generatorSeconds: 0,
    scanners: [
      {
        device: 'scanner-1',
        donor: 'USA',
        upsSeconds: 1800,
        generatorSeconds: 600,
        offSeconds: 300,
        plannedOffSeconds: 800,
        unseenSeconds: 100,
      },
    ],
    ...changes,
  });
  const span = { fromMs: START, toMs: START + 24 * 3_600_000 };

  it('is scanner-time by donor, without what was planned', () => {
    const [only] = station.pipeline.outlook.summarize([outage()], span).saved;
    expect(only).toEqual({
      donor: 'USA',
      upsSeconds: 1800,
      generatorSeconds: 600,
      offSeconds: 300,
      unseenSeconds: 100,
    });
  });

  it('is the indices over all sites that are configured, and of each', () => {
    station.pipeline.clock.ms = span.toMs;
    const { all, sites } = station.pipeline.outlook.summarize([outage()], span);
    expect(all).toEqual({ saidiMinutes: 30, saifi: 0.5, caidiMinutes: 60, maifi: 0 });
    expect(sites).toContainEqual({
      site: 'krakivets',
      saidiMinutes: 60,
      saifi: 1,
      caidiMinutes: 60,
      maifi: 0,
    });
    expect(sites).toContainEqual({ site: 'shehyni', saidiMinutes: 0, saifi: 0, maifi: 0 });
  });
});

describe('a forecast that is asked for between two messages', () => {
  it('is the last one less what has passed, the same for whoever asks', async () => {
    await say('OB');
    const first = outlook('ups-1')?.forecast?.runtimeSeconds ?? 0;
    station.pipeline.clock.ms += 2000;
    expect(outlook('ups-1')?.forecast?.runtimeSeconds).toBe(first - 2);
    expect(outlook('ups-1')?.forecast?.runtimeSeconds).toBe(first - 2);
  });

  it('is not the one of before the outage when mains come back', async () => {
    await say('OL', 3600);
    await station.pass(2);
    await say('OB', 3600);
    await station.pass(10);
    await say('OB', 600);
    await station.pass(10);
    await say('OL', 600);
    await station.pass(60);
    expect(outlook('ups-1')?.forecast?.runtimeSeconds).toBeLessThan(1000);
  });
});
