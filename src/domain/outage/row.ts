import type { IncidentCause } from '../../contract/incident.ts';
import type { Outage } from '../../contract/outage.ts';
import { unionMs } from './mark.ts';
import { coverageOf, generatorStretches, type History, scannerShares } from './share.ts';
import type { Span } from './sweep.ts';

/** What a row says beyond the words themselves. */
export interface RowSource {
  sustainedSeconds(): number;
  causeOf(site: string, at: number): IncidentCause;
  incidentOf(site: string, startedAt: number): string | undefined;
}

/** Each span with the row that it carries on, and the rows that no span carries on; all by begin. */
export function matchRows(
  old: readonly Outage[],
  spans: readonly Span[],
): { matches: { span: Span; base: Outage | undefined }[]; removed: Outage[] } {
  const removed: Outage[] = [];
  let next = 0;
  const matches = spans.map((span) => {
    let row = old[next];
    for (; row !== undefined && endOf(row) <= span.startedAt; row = old[next]) {
      removed.push(row);
      next += 1;
    }
    const base = row !== undefined && row.startedAt < endOf(span) ? row : undefined;
    if (base !== undefined) next += 1;
    return { span, base };
  });
  return { matches, removed: [...removed, ...old.slice(next)] };
}

interface NewRow {
  site: string;
  span: Span;
  base: Outage | undefined;
  id: string;
  now: number;
}

/** What a row says but for what grows by itself while an interruption lasts. */
export type RowCore = Omit<Outage, 'coverage' | 'generatorSeconds' | 'scanners'>;

/** The row of a span as it is by now; `base` is what it was so far, `id` is for one that is new. */
export function coreOf({ site, span, base, id, now }: NewRow, source: RowSource): RowCore {
  const { startedAt, endedAt, evidence, isLate } = span;
  const incidentId = base?.incidentId ?? source.incidentOf(site, startedAt);
  const lengthMs = (endedAt ?? now) - startedAt;
  return {
    id: base?.id ?? id,
    site,
    startedAt,
    ...(endedAt === undefined ? {} : { endedAt }),
    duration: lengthMs > source.sustainedSeconds() * 1000 ? 'sustained' : 'momentary',
    evidence,
    cause: base?.startedAt === startedAt ? base.cause : source.causeOf(site, startedAt),
    ...(incidentId === undefined ? {} : { incidentId }),
    isLate: isLate && endedAt !== undefined,
  };
}

export function withDetail(core: RowCore, history: History, now: number): Outage {
  const { startedAt, endedAt } = core;
  const stretch = { from: startedAt, to: Math.max(startedAt, endedAt ?? now) };
  const generator = generatorStretches(history, stretch);
  return {
    ...core,
    coverage: coverageOf(history, stretch),
    scanners: scannerShares(history, stretch, generator),
    generatorSeconds: unionMs(generator) / 1000,
  };
}

export function isSameCore(one: RowCore, other: RowCore): boolean {
  return (
    one.id === other.id &&
    one.startedAt === other.startedAt &&
    one.endedAt === other.endedAt &&
    one.duration === other.duration &&
    one.cause === other.cause &&
    one.incidentId === other.incidentId &&
    one.isLate === other.isLate &&
    one.evidence.join() === other.evidence.join()
  );
}

export function endOf({ endedAt }: { endedAt?: number | undefined }): number {
  return endedAt ?? Number.POSITIVE_INFINITY;
}
