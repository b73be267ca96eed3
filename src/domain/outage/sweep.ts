import { type Begin, findBegin } from './begin.ts';
import type { Testimony } from './mark.ts';
import type { Witness } from './witness.ts';

/** An interruption as the words tell it: no end while it lasts (ms since 1970 UTC). */
export interface Span {
  startedAt: number;
  endedAt?: number;
  evidence: string[];
  isLate: boolean;
}

/** An interruption that began before a sweep does. */
export interface OpenBefore extends Pick<Span, 'startedAt' | 'evidence'> {
  /** A person said that a generator was connected during it. */
  isOnGenerator: boolean;
}

/** What a sweep goes through; the witnesses stand at its beginning (ms since 1970 UTC). */
export interface SweepInput {
  ups: readonly Witness[];
  supplies: readonly Witness[];
  /** Those from the beginning on, by time. */
  testimonies: readonly Testimony[];
  /** It was interrupted already, since before anything that is known. */
  open: OpenBefore | undefined;
  /** No interruption begins before: the one before ended here. */
  notBefore: number;
  /** Silence is judged up to here, which is not before any word. */
  until: number;
  /** Whether all that comes after such a quiet moment is as it was found before. */
  isSettled(at: number): boolean;
}

export interface SweepResult {
  spans: Span[];
  /** Up to where all has been judged anew. */
  sweptUpTo: number;
  /** When a silence may tell more, if nothing is heard until then. */
  nextSilenceAt: number;
}

interface OpenSpan {
  begin: Begin;
  evidence: Set<string>;
  isOnGenerator: boolean;
}

/** The interruptions that the words of a site's devices and people tell of. */
export function sweep(input: SweepInput): SweepResult {
  const witnesses = [...input.supplies, ...input.ups];
  const spans: Span[] = [];
  let open = input.open && resume(input.open);
  let { notBefore } = input;
  let testified = 0;
  let sweptUpTo = Number.POSITIVE_INFINITY;
  for (;;) {
    let at = input.testimonies[testified]?.at ?? Number.POSITIVE_INFINITY;
    for (const { nextAt } of witnesses) at = Math.min(at, nextAt);
    if (at > input.until) break;
    let isLate = advance(witnesses, at);
    for (; input.testimonies[testified]?.at === at; testified += 1) {
      testify(open, witnesses, (input.testimonies[testified] as Testimony).evidence);
      isLate = false;
    }
    if (open === undefined) open = beginSpan(input, notBefore);
    else if (isOver(open, input, at)) {
      spans.push({ ...spanOf(open), endedAt: at, isLate: open.begin.isLate && isLate });
      open = undefined;
      notBefore = at;
    }
    if (open !== undefined) gather(open, witnesses);
    else if (input.isSettled(at)) {
      sweptUpTo = at;
      break;
    }
  }
  if (open !== undefined) spans.push(spanOf(open));
  const nextSilenceAt = Math.min(...witnesses.map(({ nextAt }) => nextAt));
  return { spans, sweptUpTo, nextSilenceAt };
}

/** Whether all that was said then came late. */
function advance(witnesses: readonly Witness[], at: number): boolean {
  let isLate = true;
  for (const witness of witnesses) {
    if (witness.nextAt === at && witness.advance() && !witness.isWordLate) isLate = false;
  }
  return isLate;
}

function testify(
  open: OpenSpan | undefined,
  witnesses: readonly Witness[],
  evidence: Testimony['evidence'],
): void {
  // A generator that is connected while there is mains says nothing of a later interruption.
  if (open !== undefined) open.isOnGenerator = evidence === 'generator_connected';
  if (evidence === 'mains_returned') for (const witness of witnesses) witness.testifyMains();
}

function beginSpan({ ups, supplies }: SweepInput, notBefore: number): OpenSpan | undefined {
  const begin = findBegin(ups, supplies);
  if (begin === undefined) return undefined;
  begin.at = Math.max(begin.at, notBefore);
  return { begin, evidence: new Set(), isOnGenerator: false };
}

/**
 * The first return ends it: none of its UPSs is without mains, and the meter, where one was heard in
 * it, says mains; without a meter a person who connected a generator also says when that is over.
 */
function isOver({ begin, isOnGenerator }: OpenSpan, input: SweepInput, at: number): boolean {
  const { ups, supplies } = input;
  if (ups.some((one) => one.isLost && one.lostSince >= begin.at)) return false;
  const heard = supplies.filter((one) => one.isLost || one.isHeardBetween(begin.at, at));
  if (heard.length > 0) return heard.some((one) => !one.isLost);
  return !isOnGenerator;
}

function gather({ begin, evidence }: OpenSpan, witnesses: readonly Witness[]): void {
  for (const { id, isLost, lostSince } of witnesses) {
    if (isLost && lostSince >= begin.at) evidence.add(id);
  }
}

function spanOf({ begin, evidence }: OpenSpan): Span {
  return { startedAt: begin.at, evidence: [...evidence].sort(), isLate: false };
}

function resume({ startedAt, evidence, isOnGenerator }: OpenBefore): OpenSpan {
  return { begin: { at: startedAt, isLate: false }, evidence: new Set(evidence), isOnGenerator };
}
