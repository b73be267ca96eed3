import { type Topology, topologySchema } from '../../src/contract/config.ts';
import type { Sample } from '../../src/contract/sample.ts';

/** The time that tests with a clock of their own begin at (ms since 1970 UTC). */
export const START = Date.UTC(2026, 10, 24, 12, 0, 0);

/** A telemetry sample of `krakivets/ups-1`, measured and received at `START`. */
export function sampleOf(changes: Partial<Sample> = {}): Sample {
  const ts = changes.ts ?? START;
  return {
    site: 'krakivets',
    kind: 'ups',
    device: 'ups-1',
    channel: 'telemetry',
    ts,
    receivedAt: ts,
    hasOwnTime: true,
    isRetained: false,
    isBackfill: false,
    quality: 'good',
    metrics: { 'ups.status': 'OL' },
    ...changes,
  };
}

/** A sample of the UPS that says `status`, measured and received at `ts`. */
export function statusAt(ts: number, status: string, changes: Partial<Sample> = {}): Sample {
  return sampleOf({ ts, metrics: { 'ups.status': status }, ...changes });
}

/** A message of the state channel, without a time of its own, as a last will is. */
export function onlineAt(ts: number, online: boolean, changes: Partial<Sample> = {}): Sample {
  return sampleOf({ ts, channel: 'state', hasOwnTime: false, metrics: { online }, ...changes });
}

/** Krakivets with a UPS, the scanner that it feeds and the site's supply; Shehyni with a UPS. */
export function topology(): Topology {
  return {
    ...topologySchema.parse({}),
    maxUnregistered: 2,
    sites: {
      krakivets: {
        name: { uk: 'Краківець', en: 'Krakivets' },
        region: 'lviv',
        lat: 49.96,
        lon: 23.12,
        queue: '3.1',
        devices: {
          'ups-1': { kind: 'ups', interval: 5 },
          'scanner-1': { kind: 'scanner', interval: 5, poweredBy: ['ups-1'], mobile: false },
          supply: { kind: 'power', interval: 5 },
        },
      },
      shehyni: {
        name: { uk: 'Шегині', en: 'Shehyni' },
        devices: { 'ups-1': { kind: 'ups', interval: 5 } },
      },
    },
  };
}
