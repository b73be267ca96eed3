import type { Severity } from '../../contract/alarm.ts';
import type { IncidentCause } from '../../contract/incident.ts';
import type { Board } from './board.ts';
import { setSlotEnd } from './power-cause.ts';
import { type IncidentRecord, isOpen, isOut } from './record.ts';

/** An emergency of one of them is that of all; what is announced must be so of each. */
function commonCause(causes: readonly IncidentCause[]): IncidentCause {
  if (causes.includes('special_emergency')) return 'special_emergency';
  if (causes.includes('emergency')) return 'emergency';
  const [first = 'unknown'] = causes;
  return causes.every((cause) => cause === first) ? first : 'unknown';
}

/** P3 while that is all that every part of it is; else it is the gravest. */
function commonSeverity(severities: readonly Severity[]): Severity {
  return severities.every((severity) => severity === 'minor') ? 'minor' : 'critical';
}

/** Its parts that go on: a device alone says nothing of a region. */
function partsOf(children: readonly IncidentRecord[]): IncidentRecord[] {
  return children.filter((child) => isOpen(child) && (isOut(child) || isArea(child)));
}

export function isArea({ memory }: IncidentRecord): boolean {
  return memory.scope === 'region' || memory.scope === 'wide_area';
}

/** What a parent takes over from the incidents that it covers. */
export function gradeFrom(children: readonly IncidentRecord[]) {
  const parts = children.map(({ incident }) => incident);
  const slots = parts.flatMap(({ slotEndsAt }) => slotEndsAt ?? []);
  return {
    cause: commonCause(parts.map(({ cause }) => cause)),
    severity: commonSeverity(parts.map(({ severity }) => severity)),
    slotEndsAt: slots.length === 0 ? undefined : Math.max(...slots),
  };
}

/** Brings a parent up to what goes on below it. */
export function regrade(board: Board, parent: IncidentRecord, now: number): void {
  const parts = partsOf(board.log.childrenOf(parent));
  if (parts.length === 0) return;
  const { cause, severity, slotEndsAt } = gradeFrom(parts);
  if (slotEndsAt !== parent.incident.slotEndsAt) setSlotEnd(parent, slotEndsAt);
  const margins = parts.flatMap(({ incident }) => incident.worstMarginSeconds ?? []);
  if (margins.length > 0) parent.incident.worstMarginSeconds = Math.min(...margins);
  board.log.setCause(parent, cause, now);
  board.log.setSeverity(parent, severity, now);
}
