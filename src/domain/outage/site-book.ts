import type { Outage } from '../../contract/outage.ts';
import type { LedgerPlace, Stretch, Testimony } from './mark.ts';
import { endOf } from './row.ts';
import { type Span, sweep } from './sweep.ts';
import type { Track } from './track.ts';
import { COHORT_MS, Witness } from './witness.ts';

/** A site's histories, and its interruptions as they were judged last (times in ms since 1970 UTC). */
export interface SiteBook {
  readonly site: string;
  readonly tracks: Map<string, Track>;
  /** By time. */
  readonly testimonies: Testimony[];
  areTestimoniesUnsaved: boolean;
  /** By begin; none overlaps another. */
  rows: Outage[];
  /** Where the histories read otherwise than when they were judged. */
  changed: Stretch | undefined;
  /** Something changed live since it was saved last. */
  isLiveUnsaved: boolean;
  /** When a change was judged last. */
  judgedAt: number;
  /** Up to here each word may decide whether a loss is the site's, or of a device alone. */
  undecidedUntil: number;
  /** When a device's silence may tell more. */
  recheckAt: number;
  /** When the open row is to be told anew. */
  refreshAt: number;
}

export function newSiteBook(site: string): SiteBook {
  return {
    site,
    tracks: new Map(),
    testimonies: [],
    areTestimoniesUnsaved: false,
    rows: [],
    changed: undefined,
    isLiveUnsaved: false,
    judgedAt: Number.NEGATIVE_INFINITY,
    undecidedUntil: Number.NEGATIVE_INFINITY,
    recheckAt: Number.POSITIVE_INFINITY,
    refreshAt: Number.POSITIVE_INFINITY,
  };
}

/** The history reads otherwise within the stretch. */
export function markChanged(book: SiteBook, { from, to }: Stretch): void {
  const { changed } = book;
  book.changed = {
    from: Math.min(from, changed?.from ?? from),
    to: Math.max(to, changed?.to ?? to),
  };
}

/** What a new judgement puts in the place of the rows from `first` up to `end` (positions). */
export interface Judgement {
  first: number;
  end: number;
  spans: Span[];
  /** Nothing before it reads otherwise. */
  changedFrom: number;
}

/** Judges what has changed, from before it until all is again as it was. */
export function judge(book: SiteBook, place: LedgerPlace, now: number): Judgement {
  const { rows, tracks } = book;
  const changed = book.changed as Stretch;
  const ups = tracksOf(tracks, place.ups);
  const supplies = tracksOf(tracks, place.supplies);
  const heard = [...ups, ...supplies].map(([, track]) => track);
  const slackMs = COHORT_MS + 1 + Math.max(COHORT_MS, ...heard.map((one) => one.toleranceMs));
  const floor = Math.max(...heard.map((one) => one.floor));
  const { from, first, open } = beginOf(rows, changed.from, {
    slackMs,
    floor,
    heard: new Map([...ups, ...supplies]),
  });
  const witness = ([id, track]: [string, Track]) => new Witness(id, track, from);
  const input = { ups: ups.map(witness), supplies: supplies.map(witness) };
  const all = [...input.supplies, ...input.ups];
  const returned = book.testimonies.findLast(
    ({ at, evidence }) => at < from && evidence === 'mains_returned',
  );
  if (returned !== undefined) for (const one of all) one.recallMains(returned.at, from);
  const { spans, sweptUpTo, nextSilenceAt } = sweep({
    ...input,
    testimonies: book.testimonies.filter(({ at }) => at >= from),
    open: open && { ...open, isOnGenerator: isOnGenerator(book.testimonies, open.startedAt, from) },
    notBefore: rows[first - 1]?.endedAt ?? Number.NEGATIVE_INFINITY,
    until: Math.max(now, ...heard.map((one) => one.newest)),
    isSettled: (at) =>
      at > changed.to + slackMs &&
      all.every((one) => !one.isLost || one.lostSince < at - slackMs) &&
      !rows.some((row) => row.startedAt <= at && endOf(row) >= at),
  });
  if (sweptUpTo === Number.POSITIVE_INFINITY) {
    const isOpen = spans.some(({ endedAt }) => endedAt === undefined);
    const losses = isOpen ? [] : all.filter((one) => one.isLost).map((one) => one.lostSince);
    book.recheckAt = losses.length > 0 ? nextSilenceAt : Number.POSITIVE_INFINITY;
    book.undecidedUntil = Math.max(...losses) + 2 * slackMs;
  }
  book.changed = undefined;
  let end = first;
  while (end < rows.length && (rows[end] as Outage).startedAt < sweptUpTo) end += 1;
  return { first, end, spans, changedFrom: changed.from };
}

/**
 * Where to begin: before the change at a time without interruption, or where history begins. Rows that
 * began before that stand as they are, and so does one of which a witness is not known any more.
 */
function beginOf(
  rows: readonly Outage[],
  changedFrom: number,
  { slackMs, floor, heard }: { slackMs: number; floor: number; heard: ReadonlyMap<string, Track> },
): { from: number; first: number; open: Outage | undefined } {
  let from = Math.max(changedFrom - slackMs, floor);
  let first = rows.length;
  for (; first > 0; first -= 1) {
    const row = rows[first - 1] as Outage;
    if (endOf(row) < from) break;
    const isKnown = isRemembered(row, heard);
    const limit = isKnown ? floor : Math.max(from, row.startedAt);
    const isLasting = row.endedAt === undefined || (isKnown && row.endedAt > limit);
    if (!isKnown || row.startedAt < limit) {
      if (isLasting) return { from: Math.max(floor, limit), first: first - 1, open: row };
      from = Math.max(from, endOf(row));
      break;
    }
    from = Math.min(from, row.startedAt);
  }
  return { from, first, open: undefined };
}

/** Whether its witnesses all count still, and what was said at its begin is known. */
function isRemembered({ evidence, startedAt }: Outage, heard: ReadonlyMap<string, Track>): boolean {
  const begins = evidence.flatMap((device) => heard.get(device)?.indexAt(startedAt) ?? []);
  return begins.length === evidence.length && begins.some((index) => index >= 0);
}

/** What a person said last of an interruption before the time. */
function isOnGenerator(testimonies: readonly Testimony[], from: number, before: number): boolean {
  const last = testimonies.findLast(({ at }) => at < before);
  return last !== undefined && last.at >= from && last.evidence === 'generator_connected';
}

function tracksOf(
  tracks: ReadonlyMap<string, Track>,
  devices: readonly { id: string }[],
): [string, Track][] {
  return devices.flatMap(({ id }): [string, Track][] => {
    const track = tracks.get(id);
    return track === undefined ? [] : [[id, track]];
  });
}
