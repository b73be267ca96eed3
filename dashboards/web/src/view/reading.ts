import type { Device } from '../../../../src/contract/device.ts';

/** The last value of a metric, where it is a number. */
export function numberOf(device: Device, metric: string): number | undefined {
  const value = device.metrics[metric]?.value;
  return typeof value === 'number' ? value : undefined;
}

export function textOf(device: Device, metric: string): string | undefined {
  const value = device.metrics[metric]?.value;
  return typeof value === 'string' ? value : undefined;
}

export function flagOf(device: Device, metric: string): boolean | undefined {
  const value = device.metrics[metric]?.value;
  return typeof value === 'boolean' ? value : undefined;
}
