import type { Device } from '../../../../src/contract/device.ts';
import type { SeriesAnswer } from '../../../../src/contract/http.ts';
import type { Metric } from '../../../../src/contract/metric.ts';
import { askSession, signedOut } from '../access/session.ts';
import { decodeDevice, type WireDevice } from './decode-device.ts';

const BASE = '/api/v1';

export class NotFoundError extends Error {}

async function getJson<T>(path: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(`${BASE}${path}`, {
    signal,
    headers: { accept: 'application/json' },
  });
  if (response.status === 401) signedOut('ended');
  if (response.status === 401 || response.status === 403) void askSession();
  if (response.status === 404) throw new NotFoundError(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return (await response.json()) as T;
}

function devicePath(site: string, device: string): string {
  return `/devices/${encodeURIComponent(site)}/${encodeURIComponent(device)}`;
}

/** Every metric of one device; throws `NotFoundError` where there is no such device. */
export async function fetchDevice(
  site: string,
  device: string,
  signal: AbortSignal,
): Promise<Device> {
  return decodeDevice(await getJson<WireDevice>(devicePath(site, device), signal));
}

export interface SeriesRequest {
  site: string;
  device: string;
  metric: string;
  fromMs: number;
  toMs: number;
  points: number;
}

export async function fetchSeries(
  request: SeriesRequest,
  signal: AbortSignal,
): Promise<SeriesAnswer> {
  const query = new URLSearchParams({
    metric: request.metric,
    from: new Date(request.fromMs).toISOString(),
    to: new Date(request.toMs).toISOString(),
    points: String(request.points),
  });
  return await getJson(`${devicePath(request.site, request.device)}/series?${query}`, signal);
}

let catalogue: Promise<ReadonlyMap<string, Metric>> | undefined;

/** The metric catalogue by key, loaded once; a failed load is tried again by the next caller. */
export function fetchCatalogue(): Promise<ReadonlyMap<string, Metric>> {
  catalogue ??= getJson<Metric[]>('/metrics', AbortSignal.timeout(10_000)).then(
    (metrics) => new Map(metrics.map((metric) => [metric.key, metric])),
    (error: unknown) => {
      catalogue = undefined;
      throw error;
    },
  );
  return catalogue;
}
