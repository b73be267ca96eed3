import type { Device } from '../../../../src/contract/device.ts';

/** HTTP answers spell times as RFC 3339 where the live feed has ms since 1970 UTC. */
type Timed<T> = {
  [K in keyof T]: K extends 'ts' | 'lastSeen' ? string | T[K] : T[K];
};
type WireReading = Timed<Device['metrics'][string]>;
export type WireDevice = Omit<Timed<Device>, 'metrics'> & { metrics: Record<string, WireReading> };

function toMs(time: string | number): number {
  return typeof time === 'number' ? time : Date.parse(time);
}

/** A device as HTTP answers it → the shape of the live feed. */
export function decodeDevice(wire: WireDevice): Device {
  const { lastSeen, metrics, ...rest } = wire;
  return {
    ...rest,
    ...(lastSeen === undefined ? {} : { lastSeen: toMs(lastSeen) }),
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([key, reading]) => [key, { ...reading, ts: toMs(reading.ts) }]),
    ),
  };
}
