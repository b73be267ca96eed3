import type { Expectations } from './expectations.ts';
import type { InputLoss } from './known-device.ts';

/** A site that was known to be without mains (ms since 1970 UTC; to the end of the run without `to`). */
export interface SiteLoss {
  site: string;
  from: number;
  to?: number;
}

/**
 * When the words that came live made a site's outage: its only UPS, two and half of several within the
 * window, or its supply meter. What one of several UPSs tells is a device's fault, and not here.
 */
export function siteLosses(expectations: Expectations): SiteLoss[] {
  return expectations.sites().flatMap((site) => lossesOf(site, expectations));
}

function lossesOf(site: string, expectations: Expectations): SiteLoss[] {
  const units = expectations.devicesOf(site, 'ups');
  const needed = units.length < 2 ? 1 : Math.max(2, Math.ceil(units.length / 2));
  const windowMs = expectations.policy.siteWindowMs;
  const told = units.flatMap(({ losses }) => losses).sort((a, b) => a.from - b.from);
  const spans: SiteLoss[] = [];
  for (const { from: at } of told) {
    const together = told.filter(
      ({ from, to }) => from <= at && from >= at - windowMs && (to === undefined || to > at),
    );
    if (together.length >= needed) spans.push({ site, from: at, ...endOf(together, needed) });
  }
  for (const { losses } of expectations.devicesOf(site, 'power')) {
    for (const { from, to } of losses)
      spans.push({ site, from, ...(to === undefined ? {} : { to }) });
  }
  return merged(spans);
}

/** When fewer than are needed are left. */
function endOf(together: readonly InputLoss[], needed: number): { to?: number } {
  const ends = together.map(({ to = Number.POSITIVE_INFINITY }) => to).sort((a, b) => b - a);
  const to = ends[needed - 1];
  return to === undefined || to === Number.POSITIVE_INFINITY ? {} : { to };
}

function merged(spans: SiteLoss[]): SiteLoss[] {
  const all: SiteLoss[] = [];
  for (const span of spans.sort((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last === undefined || (last.to !== undefined && span.from > last.to)) all.push({ ...span });
    else if (span.to === undefined) delete last.to;
    else if (last.to !== undefined) last.to = Math.max(last.to, span.to);
  }
  return all;
}

/** Whether any UPS or meter of the site had said that its input was gone in this time, or had not said it was back. */
export function hasToldLoss(site: string, fromMs: number, toMs: number, known: Expectations) {
  return known
    .devicesAt(site)
    .some(({ losses }) =>
      losses.some(({ from, to }) => from <= toMs && (to === undefined || to >= fromMs)),
    );
}
