import type { ReadinessState } from '../contract/readiness.ts';
import { blockOf, halvesOf, type LineBlock, linesOf, timeOf } from '../domain/line-block.ts';
import type { SeriesStore, StoreFault } from '../ports.ts';

/** A line that the store will never take, and why. */
export interface RefusedLine {
  line: string;
  reason: string;
  state: ReadinessState;
}

export type PageOutcome = { refused: RefusedLine[] } | { fault: StoreFault };

/** Series that are asked one by one before a refused page is halved. */
const SAMPLED_SERIES = 24;
/** Fewer series than this say nothing about all the others. */
const LEAST_SERIES = 5;

/**
 * Stores a page of lines. A refused page is halved until a refused line stands alone, both halves each
 * time: a store names the first of its reasons only, and one may hide another. Where most series of a
 * page are refused for one reason, the store is set up wrongly and nothing is wrong with the lines.
 */
export async function storePage(
  store: SeriesStore,
  block: LineBlock,
  signal: AbortSignal,
): Promise<PageOutcome> {
  const outcome = await store.write(block, signal);
  if (outcome.outcome === 'stored') return { refused: [] };
  if (outcome.outcome !== 'split') return { fault: outcome };
  if (block.count === 1) return { refused: refusedBy(outcome, linesOf(block)) };
  const { keptSince } = outcome;
  if (outcome.state === 'points_expired' && keptSince !== undefined) {
    const [expired, kept] = partition(linesOf(block), (line) => timeOf(line) < keptSince);
    if (expired.length > 0) return joined(refusedBy(outcome, expired), kept, { store, signal });
  }
  const fault = await faultOfMost(store, block, signal);
  if (fault !== undefined) return { fault };
  return storeHalves(store, block, signal);
}

/** Stores what is left beside the lines that are refused already. */
async function joined(
  refused: RefusedLine[],
  lines: readonly string[],
  { store, signal }: { store: SeriesStore; signal: AbortSignal },
): Promise<PageOutcome> {
  if (lines.length === 0) return { refused };
  const rest = await storePage(store, blockOf(lines), signal);
  return 'fault' in rest ? rest : { refused: [...refused, ...rest.refused] };
}

async function storeHalves(
  store: SeriesStore,
  block: LineBlock,
  signal: AbortSignal,
): Promise<PageOutcome> {
  const refused: RefusedLine[] = [];
  for (const half of halvesOf(block)) {
    const outcome = await store.write(half, signal);
    if (outcome.outcome === 'stored') continue;
    if (outcome.outcome !== 'split') return { fault: outcome };
    if (half.count === 1) {
      refused.push(...refusedBy(outcome, linesOf(half)));
      continue;
    }
    const inner = await storeHalves(store, half, signal);
    if ('fault' in inner) return inner;
    refused.push(...inner.refused);
  }
  return { refused };
}

/** Asks with one line each of some series; a fault where more than half are refused alike. */
async function faultOfMost(
  store: SeriesStore,
  block: LineBlock,
  signal: AbortSignal,
): Promise<StoreFault | undefined> {
  const bySeries = new Map(linesOf(block).map((line) => [line.slice(0, line.indexOf(' ')), line]));
  const sampled = [...bySeries.values()].slice(0, SAMPLED_SERIES);
  if (sampled.length < LEAST_SERIES) return undefined;
  const refusals = new Map<ReadinessState, number>();
  for (const line of sampled) {
    const outcome = await store.write(blockOf([line]), signal);
    if (outcome.outcome === 'stored') continue;
    if (outcome.outcome !== 'split') return outcome;
    const alike = (refusals.get(outcome.state) ?? 0) + 1;
    refusals.set(outcome.state, alike);
    if (alike > sampled.length / 2 && outcome.state !== 'points_expired') {
      const detail = `more than half of the series are refused: ${outcome.detail}`;
      return { outcome: 'pause', state: 'refusing', detail };
    }
  }
  return undefined;
}

function refusedBy({ state, detail }: StoreFault, lines: readonly string[]): RefusedLine[] {
  return lines.map((line) => ({ line, reason: detail, state }));
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  const first: T[] = [];
  const second: T[] = [];
  for (const item of items) (isFirst(item) ? first : second).push(item);
  return [first, second];
}
