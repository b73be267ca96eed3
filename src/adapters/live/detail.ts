import type { Device, Reading } from '../../contract/device.ts';
import { type Detail, type Frame, type Snapshot, SUMMARY_METRICS } from '../../contract/live.ts';

function summarised(device: Device): Device {
  const metrics: Record<string, Reading> = {};
  for (const [key, reading] of Object.entries(device.metrics)) {
    if (SUMMARY_METRICS.has(key)) metrics[key] = reading;
  }
  return { ...device, metrics };
}

/** A frame or snapshot as a client of this detail gets it. */
export function withDetail<T extends Frame | Snapshot>(message: T, detail: Detail): T {
  if (detail === 'full' || message.devices === undefined) return message;
  return { ...message, devices: message.devices.map(summarised) };
}
