import type { MetricValue } from '../../src/contract/metric.ts';

/** A load: so many devices, each sending in turn, so that all together send `perSecond` messages. */
export interface LoadPlan {
  devices: number;
  perSecond: number;
  /** The time of the first message (ms since 1970 UTC). */
  firstTs: number;
}

/** Every fifth device is a scanner, so that booleans and enumerations are on the way, too. */
const SCANNER_EVERY = 5;

export function chaosPlace(device: number): { site: string; kind: 'ups' | 'scanner'; id: string } {
  const kind = device % SCANNER_EVERY === 4 ? 'scanner' : 'ups';
  return { site: `site-${device % 7}`, kind, id: `${kind}-${device}` };
}

export function chaosTopic(device: number): string {
  const { site, kind, id } = chaosPlace(device);
  return `svitlo/v1/${site}/${kind}/${id}/telemetry`;
}

/** When the device sent its message number `index` (ms since 1970 UTC), as the message says it. */
export function chaosTime({ devices, perSecond, firstTs }: LoadPlan, index: number): number {
  return firstTs + Math.floor((index * devices * 1000) / perSecond);
}

/** The number of the message, read back from the fields of a stored point. */
export function chaosIndex(fields: Readonly<Record<string, unknown>>): number {
  return Number(fields.onBatterySeconds ?? fields['scan.count']);
}

/** Mixes two numbers to 32 bits (the finalizer of MurmurHash3, A. Appleby, public domain). */
function mix(device: number, index: number): number {
  let value = Math.imul(device + 1, 0x9e3779b1) ^ index;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/**
 * The values of the device's message number `index`: a pure function of both, so that a stored point
 * proves which message it came from. All are valid and raise no alarm.
 */
export function chaosFields(device: number, index: number): Record<string, MetricValue> {
  const mixed = mix(device, index);
  const tenths = (low: number, span: number, shift: number) =>
    (low * 10 + ((mixed >>> shift) % (span * 10))) / 10;
  if (chaosPlace(device).kind === 'scanner') {
    return {
      state: mixed & 1 ? 'ready' : 'standby',
      'beam.on': (mixed & 2) !== 0,
      'scan.count': index,
      'beam.energy': tenths(1, 8, 2),
      'chiller.temp': tenths(20, 20, 5),
      'chiller.flow': tenths(10, 20, 8),
      estop: false,
      zone_clear: (mixed & 4) !== 0,
      'power.active': tenths(5, 60, 11),
      interlocks: mixed,
    };
  }
  return {
    'ups.status': mixed & 1 ? 'OL CHRG' : 'OL',
    'ups.load': tenths(20, 60, 1),
    'ups.temperature': tenths(20, 30, 3),
    'ups.realpower': mixed % 20_000,
    'battery.charge': tenths(90, 10, 5),
    'battery.runtime': 1000 + (mixed % 1000),
    'battery.voltage': tenths(260, 20, 7),
    'battery.temperature': tenths(18, 12, 9),
    onBatterySeconds: index,
    'input.voltage': tenths(220, 20, 11),
    'input.frequency': tenths(49, 2, 13),
    'output.current': mixed / 1024,
  };
}

export function chaosPayload(plan: LoadPlan, device: number, index: number): string {
  return JSON.stringify({
    ts: chaosTime(plan, index),
    seq: index,
    ...chaosFields(device, index),
  });
}
