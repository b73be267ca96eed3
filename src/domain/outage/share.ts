import type { ScannerShare } from '../../contract/outage.ts';
import { isLost, type LedgerPlace, type Stretch, type Testimony, unionMs } from './mark.ts';
import { ruled, seen, stateAt, turns } from './reading.ts';
import type { Track } from './track.ts';

/** All that tells how a site fared; times in ms since 1970 UTC. */
export interface History {
  place: LedgerPlace;
  tracks: ReadonlyMap<string, Track>;
  testimonies: readonly Testimony[];
}

type Bucket = keyof Omit<ScannerShare, 'device' | 'donor'>;

/** The share of an interruption in which any device of the site was heard, 0–1. */
export function coverageOf(history: History, span: Stretch): number {
  const { place } = history;
  const length = span.to - span.from;
  if (length <= 0) return 1;
  const devices = [...place.ups, ...place.supplies, ...place.scanners];
  const stretches = tracksOf(history, devices).flatMap((track) => seen(track, span));
  return unionMs(stretches) / length;
}

/** When a generator carried the site, by its meters and by what people wrote down. */
export function generatorStretches(history: History, span: Stretch): Stretch[] {
  const meters = tracksOf(history, history.place.supplies);
  const stretches = meters.flatMap((track) => ruled(track, span, (mark) => mark === 'generator'));
  let since: number | undefined;
  for (const { at, evidence } of history.testimonies) {
    if (at < span.from || at >= span.to) continue;
    if (evidence === 'generator_connected') since ??= at;
    else {
      if (since !== undefined) stretches.push({ from: since, to: at });
      since = undefined;
    }
  }
  if (since !== undefined) stretches.push({ from: since, to: span.to });
  return stretches;
}

/** How each scanner fared; the seconds of one add up to the interruption's length. */
export function scannerShares(
  history: History,
  span: Stretch,
  generator: readonly Stretch[],
): ScannerShare[] {
  return history.place.scanners.map(({ id, donor, poweredBy }) => {
    const sums: Record<Bucket, number> = {
      upsSeconds: 0,
      generatorSeconds: 0,
      offSeconds: 0,
      plannedOffSeconds: 0,
      unseenSeconds: 0,
    };
    const feeding = tracksOf(
      history,
      poweredBy.map((ups) => ({ id: ups })),
    );
    const scanner = history.tracks.get(id);
    const sources: Sources = {
      scanner,
      feeders: feeding.map((track) => ({ track, lostFrom: ruled(track, span, isLost)[0]?.from })),
      hasNoUps: poweredBy.length === 0,
      generator,
    };
    const tracks = scanner === undefined ? feeding : [scanner, ...feeding];
    const changes = tracks.flatMap((track) => turns(track, span));
    for (const { from, to } of generator) changes.push(from, to);
    const times = [...new Set([span.from, ...changes, Math.max(span.from, span.to)])].sort(
      (one, other) => one - other,
    );
    times.slice(1).forEach((end, index) => {
      const start = times[index] as number;
      sums[bucketAt(sources, start)] += end - start;
    });
    for (const bucket of Object.keys(sums) as Bucket[]) sums[bucket] /= 1000;
    return { device: id, ...(donor === undefined ? {} : { donor }), ...sums };
  });
}

interface Sources {
  scanner: Track | undefined;
  /** Its UPSs that were ever heard, and when in the interruption they first told of it. */
  feeders: readonly { track: Track; lostFrom: number | undefined }[];
  hasNoUps: boolean;
  generator: readonly Stretch[];
}

function bucketAt(sources: Sources, at: number): Bucket {
  const { feeders, generator } = sources;
  const scanner = sources.scanner && stateAt(sources.scanner, at);
  if (scanner?.mark === 'planned_off') return 'plannedOffSeconds';
  if (scanner?.mark === 'off') return 'offSeconds';
  const states = feeders
    .map(({ track, lostFrom }) => ({ ...stateAt(track, at), lostFrom }))
    .filter(({ mark }) => mark !== undefined);
  // A dead UPS does not come back unheard: the silence after it is no doubt.
  if (states.length > 0 && states.every(({ mark }) => mark === 'off')) return 'offSeconds';
  const isScannerSeen = scanner?.isSeen === true && scanner.mark === 'on';
  if (!isScannerSeen && !states.some(({ isSeen }) => isSeen)) return 'unseenSeconds';
  const isOnGenerator = generator.some(({ from, to }) => at >= from && at < to);
  if (states.length === 0) {
    return sources.hasNoUps || isOnGenerator ? 'generatorSeconds' : 'upsSeconds';
  }
  const carried = states.filter(({ mark }) => !isLost(mark));
  if (carried.length === 0) return 'upsSeconds';
  // With the site's mains gone, a UPS on mains again is fed by a generator, known of or not; until it
  // first tells of the loss it is only late in saying so.
  const isYetToTell = carried.every(({ lostFrom }) => lostFrom !== undefined && at < lostFrom);
  return isYetToTell && !isOnGenerator ? 'upsSeconds' : 'generatorSeconds';
}

function tracksOf({ tracks }: History, devices: readonly { id: string }[]): Track[] {
  return devices.flatMap(({ id }) => tracks.get(id) ?? []);
}
