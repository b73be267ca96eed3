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

/** Each span with the row that it carries on, and the rows that no span carries on. */
export function matchRows(
  old: readonly Outage[],
  spans: readonly Span[],
): { matches: { span: Span; base: Outage | undefined }[]; removed: Outage[] } {
  const left = new Set(old);
  const matches = spans.map((span) => {
    const base = [...left].find(
      (row) => endOf(span) > row.startedAt && endOf(row) > span.startedAt,
    );
    if (base !== undefined) left.delete(base);
    return { span, base };
  });
  return { matches, removed: [...left] };
}

interface NewRow {
  site: string;
  span: Span;
  base: Outage | undefined;
  id: string;
  now: number;
}

/** The row of a span as it is by now; `base` is what it was so far, `id` is for one that is new. */
export function rowOf(
  { site, span, base, id, now }: NewRow,
  history: History,
  source: RowSource,
): Outage {
  const { startedAt, endedAt, evidence, isLate } = span;
  const incidentId = base?.incidentId ?? source.incidentOf(site, startedAt);
  const stretch = { from: startedAt, to: Math.max(startedAt, endedAt ?? now) };
  const generator = generatorStretches(history, stretch);
  return {
    id: base?.id ?? id,
    site,
    startedAt,
    ...(endedAt === undefined ? {} : { endedAt }),
    duration: stretch.to - startedAt > source.sustainedSeconds() * 1000 ? 'sustained' : 'momentary',
    evidence,
    cause: base?.startedAt === startedAt ? base.cause : source.causeOf(site, startedAt),
    ...(incidentId === undefined ? {} : { incidentId }),
    coverage: coverageOf(history, stretch),
    isLate: isLate && endedAt !== undefined,
    scanners: scannerShares(history, stretch, generator),
    generatorSeconds: unionMs(generator) / 1000,
  };
}

/** Whether they tell the same but for what grows by itself while an interruption lasts. */
export function isSameButForTime(one: Outage, other: Outage): boolean {
  return coreOf(one) === coreOf(other);
}

export function endOf({ endedAt }: { endedAt?: number | undefined }): number {
  return endedAt ?? Number.POSITIVE_INFINITY;
}

function coreOf(row: Outage): string {
  const { id, startedAt, endedAt, duration, evidence, cause, incidentId, isLate } = row;
  return JSON.stringify([id, startedAt, endedAt, duration, evidence, cause, incidentId, isLate]);
}
