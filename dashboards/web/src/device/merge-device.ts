import type { Device } from '../../../../src/contract/device.ts';

/** The live summary on top of the fetched device: of each metric the newer value is shown. */
export function mergeDevice(
  fetched: Device | undefined,
  live: Device | undefined,
): Device | undefined {
  if (fetched === undefined || live === undefined) return live ?? fetched;
  const metrics = { ...fetched.metrics };
  for (const [key, reading] of Object.entries(live.metrics)) {
    const known = metrics[key];
    if (known === undefined || reading.ts >= known.ts) metrics[key] = reading;
  }
  const newer = (live.lastSeen ?? 0) >= (fetched.lastSeen ?? 0) ? live : fetched;
  return { ...newer, metrics };
}
