import type { Limits } from '../scenarios/scenario-schema.ts';
import { clockOf, counted } from './case-list.ts';
import { coverageOf } from './coverage.ts';
import type { Expectations, Interruption } from './expectations.ts';
import type { SeenOutage } from './outage-view.ts';
import { type Range, type ToldInterruption, toldOf } from './told-interruption.ts';
import type { Check } from './verdict.ts';

/** A row may lie this far beside the words that made it (ms). */
const NEAR_MS = 15_000;

export interface LedgerEvidence {
  expectations: Expectations;
  outages: readonly SeenOutage[];
  limits: Limits;
  endMs: number;
}

interface Findings {
  told: number;
  unheard: number;
  metered: number;
  missing: string[];
  false: string[];
  start: string[];
  end: string[];
  coverage: string[];
  missingMetered: string[];
  inventedUnheard: string[];
}

/** Each interruption that a device told of, live or late, is one row of the ledger, and nothing else is. */
export function judgeLedger(evidence: LedgerEvidence): Check[] {
  const found: Findings = {
    told: 0,
    unheard: 0,
    metered: 0,
    missing: [],
    false: [],
    start: [],
    end: [],
    coverage: [],
    missingMetered: [],
    inventedUnheard: [],
  };
  for (const site of evidence.expectations.sites()) judgeSite(site, evidence, found);
  for (const row of evidence.outages) {
    if (!evidence.expectations.hasSite(row.site))
      found.false.push(`${describe(row)}: no such site`);
  }
  const { limits, outages } = evidence;
  const check = (name: string, cases: readonly string[], limit: number, of: number) =>
    counted({ name, cases, limit, of });
  return [
    check('ledger.missing', found.missing, limits.missed, found.told),
    check('ledger.false', found.false, limits.false, outages.length),
    check('ledger.start', found.start, 0, found.told),
    check('ledger.end', found.end, 0, found.told),
    check('ledger.coverage', found.coverage, 0, outages.length),
    check('interruptions.metered', found.missingMetered, limits.missed, found.metered),
    check('interruptions.unheard', found.inventedUnheard, limits.false, found.unheard),
  ];
}

function judgeSite(site: string, evidence: LedgerEvidence, found: Findings): void {
  const { expectations, endMs } = evidence;
  const { told, unheard } = toldOf(site, expectations, endMs);
  const rows = evidence.outages.filter((row) => row.site === site);
  const claimed = new Set<SeenOutage>();
  found.told += told.length;
  found.unheard += unheard.length;
  for (let index = 0; index < told.length; index++) {
    const one = told[index];
    if (one === undefined) break;
    const isMetered = one.tellers.every(({ kind }) => kind === 'power');
    if (isMetered) found.metered += 1;
    const row = rowOf(one, rows, claimed);
    if (row === undefined) {
      found.missing.push(`${describeTrue(one)}: not in the ledger`);
      if (isMetered) found.missingMetered.push(`${describeTrue(one)}: not in the ledger`);
      continue;
    }
    claimed.add(row);
    if (!isWithin(row.startedAt, one.start)) {
      found.start.push(`${describe(row)} began ${allowed(one.start)}`);
    }
    const others = rows.filter((other) => !claimed.has(other));
    index = judgeEnd({ row, others, told, index }, found);
    judgeCoverage(row, evidence, found);
  }
  judgeRest({ rows: rows.filter((row) => !claimed.has(row)), unheard, evidence, found });
}

/** The row of an interruption: the nearest that begins where it may, else one that lies over it. */
function rowOf(one: ToldInterruption, rows: readonly SeenOutage[], claimed: Set<SeenOutage>) {
  const free = rows.filter((row) => !claimed.has(row));
  const nearest = free.toSorted(
    (a, b) => Math.abs(a.startedAt - one.startMs) - Math.abs(b.startedAt - one.startMs),
  );
  const { startMs, endMs = Number.POSITIVE_INFINITY } = one;
  return (
    nearest.find(({ startedAt }) => isWithin(startedAt, one.start)) ??
    nearest.find(
      ({ startedAt, endedAt = Number.POSITIVE_INFINITY }) => startedAt < endMs && endedAt > startMs,
    )
  );
}

interface EndCase {
  row: SeenOutage;
  /** Rows of the site that belong to no interruption yet. */
  others: readonly SeenOutage[];
  told: readonly ToldInterruption[];
  index: number;
}

/** Judges the row's end, and gives the index of the last interruption that it rightly covers. */
function judgeEnd({ row, others, told, index }: EndCase, found: Findings): number {
  let last = index;
  while (told[last + 1] !== undefined && told[last]?.joinsNext !== 'never') last += 1;
  // The longest first: an end that is known late may lie beyond the next begin.
  for (; last >= index; last--) {
    const covered = told[last];
    if (covered === undefined || covered.joinsNext === 'must') continue;
    const hasItsOwn = told
      .slice(index + 1, last + 1)
      .some(({ start }) => others.some(({ startedAt }) => isWithin(startedAt, start)));
    if (!hasItsOwn && isEndRight(row, covered)) return last;
  }
  const one = told[index];
  if (one === undefined) return index;
  const right = one.end === undefined ? 'and goes on' : `and ended ${allowed(one.end)}`;
  found.end.push(`${describe(row)}, ${right}`);
  return index;
}

function isEndRight({ endedAt }: SeenOutage, { end, mayBeOpen }: ToldInterruption): boolean {
  if (endedAt === undefined) return mayBeOpen;
  return end !== undefined && isWithin(endedAt, end);
}

function judgeCoverage(row: SeenOutage, evidence: LedgerEvidence, found: Findings): void {
  const range = coverageOf(row, evidence.expectations, evidence.endMs);
  if (isWithin(row.coverage, range)) return;
  const { low, high } = range;
  found.coverage.push(
    `${describe(row)}: coverage ${row.coverage}, expected ${low.toFixed(2)}–${high.toFixed(2)}`,
  );
}

interface Rest {
  rows: readonly SeenOutage[];
  unheard: readonly Interruption[];
  evidence: LedgerEvidence;
  found: Findings;
}

/** Rows that no interruption explains: right where a UPS took its battery for a sag, else invented. */
function judgeRest({ rows, unheard, evidence, found }: Rest): void {
  for (const row of rows) {
    if (isExplainedBySag(row, evidence)) continue;
    const { startedAt, endedAt = evidence.endMs } = row;
    found.false.push(`${describe(row)}: no word of it`);
    const isOfUnheard = unheard.some(
      ({ startMs, endMs = evidence.endMs }) => startedAt < endMs && endedAt > startMs,
    );
    if (isOfUnheard) found.inventedUnheard.push(`${describe(row)}: no word of it ever came`);
  }
}

function isExplainedBySag({ site, startedAt, endedAt }: SeenOutage, evidence: LedgerEvidence) {
  const { expectations } = evidence;
  const cuts = expectations.interruptions.filter((one) => one.site === site);
  const isInCut = (at: number) =>
    cuts.some(({ startMs, endMs = Number.POSITIVE_INFINITY }) => at >= startMs && at <= endMs);
  const to = (endedAt ?? evidence.endMs) + NEAR_MS;
  return expectations
    .devicesOf(site, 'ups')
    .some(({ words }) =>
      words
        .between(startedAt - NEAR_MS, to)
        .some(({ isLost, measuredAt }) => isLost === true && !isInCut(measuredAt)),
    );
}

function isWithin(value: number, { low, high }: Range): boolean {
  return value >= low && value <= high;
}

function allowed({ low, high }: Range): string {
  if (high === Number.POSITIVE_INFINITY) return `from ${clockOf(low)} on`;
  return `between ${clockOf(low)} and ${clockOf(high)}`;
}

function describe({ site, startedAt, endedAt }: SeenOutage): string {
  const end = endedAt === undefined ? '…' : clockOf(endedAt);
  return `the ledger has ${site} ${clockOf(startedAt)} – ${end}`;
}

function describeTrue({ site, startMs, endMs, cause }: Interruption): string {
  const end = endMs === undefined ? 'the end' : clockOf(endMs);
  return `${site} was without mains from ${clockOf(startMs)} to ${end} (${cause})`;
}
