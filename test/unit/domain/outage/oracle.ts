import type { LedgerPlace, Mark } from '../../../../src/domain/outage/mark.ts';
import type { Saying } from './play.ts';

const SILENT_AFTER = 30;
const COHORT = 30;

/**
 * The interruptions of a site by the rules themselves, from every single word, all of them known and in
 * order; in seconds. Slow and plain: at every moment everything is looked up anew.
 */
export function spansOf(
  { ups, supplies }: LedgerPlace,
  sayings: readonly Saying[],
  now: number,
): [number, number | undefined][] {
  const wordsOf = (device: string) => {
    return sayings
      .filter((one) => one.device === device)
      .sort((one, other) => one.seconds - other.seconds);
  };
  const upsWords = ups.map(({ id }) => wordsOf(id));
  const meterWords = supplies.map(({ id }) => wordsOf(id));
  const all = [...upsWords, ...meterWords];
  const moments = new Set<number>();
  for (const words of all) {
    for (const { seconds } of words) {
      moments.add(seconds);
      // A silence is longer than three intervals, to the millisecond.
      if (seconds + SILENT_AFTER + 0.001 <= now) moments.add(seconds + SILENT_AFTER + 0.001);
    }
  }
  const spans: [number, number | undefined][] = [];
  let open: number | undefined;
  for (const moment of [...moments].sort((one, other) => one - other)) {
    if (open === undefined) {
      const last = spans.at(-1)?.[1] ?? Number.NEGATIVE_INFINITY;
      const begin = beginAt(upsWords, meterWords, moment);
      if (begin !== undefined) open = Math.max(begin, last);
    } else if (isBack(upsWords, meterWords, open, moment)) {
      spans.push([open, moment]);
      open = undefined;
    }
  }
  if (open !== undefined) spans.push([open, undefined]);
  return spans;
}

type Words = readonly Saying[];

function beginAt(ups: Words[], meters: Words[], moment: number): number | undefined {
  const lost = ups.filter((words) => isOut(words, moment));
  for (const words of meters) {
    if (!isOut(words, moment)) continue;
    const begin = lostSince(words, moment);
    return Math.min(
      begin,
      ...lost.map((one) => lostSince(one, moment)).filter((since) => since >= begin - COHORT),
    );
  }
  const begins = lost.map((words) => lostSince(words, moment)).sort((one, other) => one - other);
  for (const begin of begins) {
    const members = begins.filter((since) => since >= begin && since <= begin + COHORT);
    const against = ups.filter((words) => {
      if (isOut(words, moment)) {
        const since = lostSince(words, moment);
        return (
          since > begin + COHORT && words.some((one) => one.seconds >= begin && one.seconds < since)
        );
      }
      const isHeard = words.some(
        (one) => one.seconds <= moment && moment - one.seconds <= SILENT_AFTER,
      );
      return isHeard || words.some((one) => one.seconds >= begin && one.seconds <= begin + COHORT);
    });
    const voters = members.length + against.length;
    if (voters === 1 || (members.length >= 2 && members.length >= voters / 2)) return begin;
  }
  return undefined;
}

function isBack(ups: Words[], meters: Words[], begin: number, moment: number): boolean {
  const isCarried = ups.every((words) => {
    return !isOut(words, moment) || lostSince(words, moment) < begin;
  });
  return isCarried && meters.every((words) => !isOut(words, moment));
}

function markAt(words: Words, moment: number): Mark | undefined {
  return words.findLast((one) => one.seconds <= moment && one.mark !== 'unknown')?.mark;
}

function isOut(words: Words, moment: number): boolean {
  return ['lost', 'off', 'generator'].includes(markAt(words, moment) ?? '');
}

function lostSince(words: Words, moment: number): number {
  const back = words.findLast((one) => one.seconds <= moment && !isOut(words, one.seconds));
  const after = back?.seconds ?? Number.NEGATIVE_INFINITY;
  return words.find((one) => one.seconds > after)?.seconds ?? Number.NaN;
}
