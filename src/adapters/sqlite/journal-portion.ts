import type { JournalEntry } from '../../ports.ts';

/** Changes in one portion: some 0.3 ms to encode. */
const PORTION = 200;

/** In the order in which an entry is written. */
const PARTS = [
  'alarms',
  'incidents',
  'outages',
  'removedOutages',
  'intents',
  'answers',
  'remembered',
  'access',
  'schedule',
] as const satisfies readonly (keyof JournalEntry)[];

export function sizeOf(entry: JournalEntry): number {
  return PARTS.reduce((sum, part) => sum + (entry[part]?.length ?? 0), 0);
}

/**
 * The entries in portions of bounded size, in their order: short ones together, a long one cut up. One
 * commit writes them all, so where an entry is cut makes no difference.
 */
export function* portionsOf(entries: readonly JournalEntry[]): Generator<JournalEntry[]> {
  let portion: JournalEntry[] = [];
  let size = 0;
  for (const piece of piecesOf(entries)) {
    portion.push(piece);
    size += sizeOf(piece);
    if (size < PORTION) continue;
    yield portion;
    portion = [];
    size = 0;
  }
  if (portion.length > 0) yield portion;
}

function* piecesOf(entries: readonly JournalEntry[]): Generator<JournalEntry> {
  for (const entry of entries) {
    if (sizeOf(entry) <= PORTION) yield entry;
    else yield* cut(entry);
  }
}

function* cut(entry: JournalEntry): Generator<JournalEntry> {
  for (const part of PARTS) {
    const items = entry[part] ?? [];
    for (let begin = 0; begin < items.length; begin += PORTION)
      yield { [part]: items.slice(begin, begin + PORTION) };
  }
}
