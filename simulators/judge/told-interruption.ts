import type { Expectations, Interruption } from './expectations.ts';
import type { KnownDevice } from './known-device.ts';
import type { Word } from './words.ts';

/** Beside the message interval, a time in the ledger may be off by this much (ms). */
const TOLERANCE_MS = 2000;
/** What arrived in the last moment may not have been taken into account. */
const SETTLE_MS = 3000;

export interface Range {
  low: number;
  high: number;
}

/** A true interruption of which words arrived, live or late, and what the ledger must say of it. */
export interface ToldInterruption extends Interruption {
  tellers: readonly KnownDevice[];
  start: Range;
  /** Where its end must lie; `undefined` where nobody has said that mains is back. */
  end: Range | undefined;
  mayBeOpen: boolean;
  /** Whether it and the next one of the site are one in the ledger: no word told of the time between. */
  joinsNext: 'never' | 'may' | 'must';
}

export interface ToldSite {
  told: ToldInterruption[];
  /** Those of which no word ever arrived. */
  unheard: Interruption[];
}

/** What anybody could know of a site's interruptions who has every message up to `endMs`. */
export function toldOf(site: string, expectations: Expectations, endMs: number): ToldSite {
  const units = [...expectations.devicesOf(site, 'ups'), ...expectations.devicesOf(site, 'power')];
  const told: ToldInterruption[] = [];
  const unheard: Interruption[] = [];
  for (const one of expectations.interruptions) {
    if (one.site !== site) continue;
    const found = tellOf(one, units, endMs);
    if (found === undefined) unheard.push(one);
    else told.push(found);
  }
  for (const [index, one] of told.entries()) {
    const next = told[index + 1];
    if (next !== undefined) one.joinsNext = joinOf(one, next);
  }
  return { told, unheard };
}

interface Telling {
  unit: KnownDevice;
  first: Word;
  /** Its first word after the end that mains is back. */
  back: Word | undefined;
}

function tellOf(
  one: Interruption,
  units: readonly KnownDevice[],
  endMs: number,
): ToldInterruption | undefined {
  const { startMs, endMs: truthEnd = Number.POSITIVE_INFINITY } = one;
  const tellings = units.flatMap((unit): Telling[] => {
    const first = unit.words.firstThatSays(true, startMs, truthEnd);
    return first === undefined
      ? []
      : [{ unit, first, back: unit.words.firstThatSays(false, truthEnd) }];
  });
  if (tellings.length === 0) return undefined;
  const tolerance = toleranceOf(units);
  const start = {
    low: Math.min(startMs, ...tellings.map(({ first }) => first.saidAt)) - tolerance,
    high: Math.min(...tellings.map(({ first }) => latest(first))) + tolerance,
  };
  const tellers = tellings.map(({ unit }) => unit);
  const end = endOf(one, { tellings, units, tolerance, endMs });
  return { ...one, tellers, start, ...end, joinsNext: 'never' };
}

interface EndEvidence {
  tellings: readonly Telling[];
  units: readonly KnownDevice[];
  tolerance: number;
  endMs: number;
}

function endOf(one: Interruption, { tellings, units, tolerance, endMs }: EndEvidence) {
  const truthEnd = one.endMs ?? Number.POSITIVE_INFINITY;
  const low = Math.min(truthEnd, earliestEnd(tellings)) - tolerance;
  const backs = tellings.flatMap(({ back }) => back ?? []);
  if (backs.length > 0) {
    const mayBeOpen =
      backs.length < tellings.length ||
      backs.some(({ receivedAt }) => receivedAt > endMs - SETTLE_MS);
    const first = Math.min(low, ...backs.map(({ saidAt }) => saidAt - tolerance));
    return { end: { low: first, high: Math.max(...backs.map(latest)) + tolerance }, mayBeOpen };
  }
  // Another device than those that told of it may say that mains is there.
  const isOtherBack = units.some(({ words }) => words.firstThatSays(false, truthEnd) !== undefined);
  const isEndable = isOtherBack || low < truthEnd - tolerance;
  const end = isEndable ? { low, high: Number.POSITIVE_INFINITY } : undefined;
  return { end, mayBeOpen: true };
}

/** Behind a generator a UPS has its input back long before mains is; without a meter nobody knows better. */
function earliestEnd(tellings: readonly Telling[]): number {
  if (tellings.some(({ unit }) => unit.kind === 'power')) return Number.POSITIVE_INFINITY;
  return Math.min(
    ...tellings.map(({ unit, first }) => {
      const back = unit.words.firstThatSays(false, first.measuredAt);
      return back === undefined ? Number.POSITIVE_INFINITY : Math.min(back.measuredAt, back.saidAt);
    }),
  );
}

/** One row or two, for two interruptions of a site that follow each other. */
function joinOf(one: ToldInterruption, next: ToldInterruption): 'never' | 'may' | 'must' {
  const from = one.endMs ?? one.startMs;
  const between = one.tellers.filter(
    ({ words }) => words.firstThatSays(false, from, next.startMs - 1) !== undefined,
  );
  if (between.length === 0) return 'must';
  return between.length === one.tellers.length ? 'never' : 'may';
}

/** A message interval and a little. */
function toleranceOf(units: readonly KnownDevice[]): number {
  return Math.max(0, ...units.map(({ intervalMs }) => intervalMs)) + TOLERANCE_MS;
}

function latest({ measuredAt, saidAt }: Word): number {
  return Math.max(measuredAt, saidAt);
}
