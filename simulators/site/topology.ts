import type { z } from 'zod';
import type { topologySchema } from '../../src/contract/config.ts';
import { CROSSINGS, type Crossing } from './crossings.ts';

/** The text of `svitlo.yaml` as an object: durations are still strings such as `5s`. */
export type TopologySource = z.input<typeof topologySchema>;
type Sites = NonNullable<TopologySource['sites']>;
type SiteSource = Sites[string];
type Devices = NonNullable<SiteSource['devices']>;
type DeviceSource = Devices[string];

/** 40 kVA for a stationary scanner, 20 kVA for a mobile one; both hold 15–30 min of work (judgement). */
const ups = {
  fixed: { kW: 36, capacityAh: 65, blocks: 32 },
  mobile: { kW: 18, capacityAh: 24, blocks: 32 },
} as const;

function upsDevice(size: keyof typeof ups): DeviceSource {
  return { kind: 'ups', feed: 'main', interval: '5s', rated: { ...ups[size] } };
}

function scannerDevice(poweredBy: string[], mobile: boolean, donor?: string): DeviceSource {
  return {
    kind: 'scanner',
    poweredBy,
    interval: '5s',
    safeShutdown: mobile ? '10m' : '8m',
    mobile,
    ...(donor === undefined ? {} : { donor }),
    rated: { heaterHours: 10_000, chillerSetpoint: 28, flow: mobile ? 12 : 20 },
  };
}

function devicesOf(crossing: Crossing): Devices {
  const { equipment, hasSupply, donor } = crossing;
  const devices: Devices = {};
  if (equipment === 'mobile') {
    devices['ups-1'] = upsDevice('mobile');
    devices['mobile-1'] = scannerDevice(['ups-1'], true, donor);
  } else if (equipment === 'both') {
    devices['ups-1'] = upsDevice('fixed');
    devices['ups-2'] = upsDevice('mobile');
    devices['scanner-1'] = scannerDevice(['ups-1'], false);
    devices['mobile-1'] = scannerDevice(['ups-2'], true, donor);
  } else {
    devices['ups-1'] = upsDevice('fixed');
    // The busiest stationary scanners stand on two parallel units.
    if (hasSupply) devices['ups-2'] = upsDevice('fixed');
    devices['scanner-1'] = scannerDevice(hasSupply ? ['ups-1', 'ups-2'] : ['ups-1'], false);
  }
  if (hasSupply) devices.supply = { kind: 'power', feed: 'main', interval: '10s' };
  return devices;
}

function siteOf(crossing: Crossing): SiteSource {
  const { uk, en, region, lat, lon, queue, hasSupply } = crossing;
  return {
    name: { uk, en },
    region,
    lat,
    lon,
    queue,
    connectionMinutes: 20,
    feeds: { main: { generator: hasSupply } },
    devices: devicesOf(crossing),
  };
}

/** The simulated fleet of 29 border crossings, in the shape of `svitlo.yaml`. */
export function demoTopology(): TopologySource {
  return {
    sites: Object.fromEntries(CROSSINGS.map((crossing) => [crossing.id, siteOf(crossing)])),
  };
}

/** Devices of a generated crossing. */
const GENERATED = ['ups-1', 'scanner-1', 'supply'] as const;

/** A crossing that is nowhere: beside a real one, in its region, on the next queue. */
function generatedSite(number: number, size: number, interval: { interval?: string }): SiteSource {
  const near = CROSSINGS[number % CROSSINGS.length];
  if (near === undefined) throw new RangeError('no crossings to generate others beside');
  const round = Math.floor(number / CROSSINGS.length) + 2;
  const all: Record<(typeof GENERATED)[number], DeviceSource> = {
    'ups-1': { ...upsDevice('fixed'), ...interval },
    'scanner-1': { ...scannerDevice(['ups-1'], false), ...interval },
    supply: { kind: 'power', feed: 'main', interval: '10s', ...interval },
  };
  return {
    ...siteOf({ ...near, hasSupply: true }),
    name: { uk: `${near.uk} ${round}`, en: `${near.en} ${round}` },
    queue: `${(number % 6) + 1}.${(Math.floor(number / 6) % 2) + 1}`,
    devices: Object.fromEntries(GENERATED.slice(0, size).map((name) => [name, all[name]])),
  };
}

/** The same fleet with exactly `count` devices: the last ones left out, or generated crossings added. */
export function growTopology(
  topology: TopologySource,
  count: number,
  interval: { interval?: string } = {},
): TopologySource {
  const grown = structuredClone(topology);
  const sites = grown.sites ?? {};
  let total = 0;
  for (const [id, site] of Object.entries(sites)) {
    const entries = Object.entries(site.devices ?? {}).slice(0, Math.max(0, count - total));
    total += entries.length;
    site.devices = Object.fromEntries(entries);
    if (entries.length === 0) delete sites[id];
  }
  for (let number = 0; total < count; number++) {
    const size = Math.min(GENERATED.length, count - total);
    sites[`site-${String(number + 1).padStart(4, '0')}`] = generatedSite(number, size, interval);
    total += size;
  }
  return grown;
}
