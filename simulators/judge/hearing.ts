import type { Expectations } from './expectations.ts';
import type { KnownDevice } from './known-device.ts';

/** A device that misses so many intervals is silent (contract 8). */
const SILENT_INTERVALS = 3;
const SLACK_MS = 1500;

/** Whether the device was no silent one at this time (ms since 1970 UTC). */
export function isHeardAt({ hearings, intervalMs }: KnownDevice, at: number): boolean {
  const lastsMs = SILENT_INTERVALS * intervalMs - SLACK_MS;
  return hearings.some(({ from, to }) => from <= at - SLACK_MS && at < to + lastsMs);
}

/** Whether any device of the site was no silent one. */
export function isSiteHeardAt(site: string, at: number, expectations: Expectations): boolean {
  return expectations.devicesAt(site).some((device) => isHeardAt(device, at));
}

/** When a whole site had been silent for `lastsMs`, and how long it then went on being so. */
export function siteSilences(site: string, expectations: Expectations, endMs: number) {
  const devices = expectations.devicesAt(site);
  const heard = devices
    .flatMap(({ hearings, intervalMs }) =>
      hearings.map(({ from, to }) => ({ from, to: to + SILENT_INTERVALS * intervalMs })),
    )
    .sort((a, b) => a.from - b.from);
  const silences: { from: number; to: number }[] = [];
  let reached = heard[0]?.to ?? endMs;
  for (const { from, to } of heard) {
    if (from > reached) silences.push({ from: reached, to: from });
    reached = Math.max(reached, to);
  }
  if (reached < endMs) silences.push({ from: reached, to: endMs });
  return silences;
}
