import type { BatteryHealth, Device, Reading } from '../../../../src/contract/device.ts';

/** HTTP answers spell times as RFC 3339 where the live feed has ms since 1970 UTC. */
type WireReading = Omit<Reading, 'ts'> & { ts: string | number };
interface WireHealth extends Omit<BatteryHealth, 'measuredAt' | 'replaceAt'> {
  measuredAt: string | number;
  replaceAt?: string | number | undefined;
}
type Timed = 'lastSeen' | 'beginShutdownBy' | 'batteryHealth';
export interface WireDevice extends Omit<Device, 'metrics' | Timed> {
  metrics: Record<string, WireReading>;
  lastSeen?: string | number | undefined;
  beginShutdownBy?: string | number | undefined;
  batteryHealth?: WireHealth | undefined;
}

function toMs(time: string | number): number {
  return typeof time === 'number' ? time : Date.parse(time);
}

function decodeHealth(wire: WireHealth): BatteryHealth {
  const { measuredAt, replaceAt, ...rest } = wire;
  return {
    ...rest,
    measuredAt: toMs(measuredAt),
    ...(replaceAt === undefined ? {} : { replaceAt: toMs(replaceAt) }),
  };
}

/** A device as HTTP answers it → the shape of the live feed. */
export function decodeDevice(wire: WireDevice): Device {
  const { lastSeen, beginShutdownBy, batteryHealth, metrics, ...rest } = wire;
  return {
    ...rest,
    ...(lastSeen === undefined ? {} : { lastSeen: toMs(lastSeen) }),
    ...(beginShutdownBy === undefined ? {} : { beginShutdownBy: toMs(beginShutdownBy) }),
    ...(batteryHealth === undefined ? {} : { batteryHealth: decodeHealth(batteryHealth) }),
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([key, reading]) => [key, { ...reading, ts: toMs(reading.ts) }]),
    ),
  };
}
