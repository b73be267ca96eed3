import type { IncidentPolicy } from '../../contract/config.ts';
import type { IncidentCause, Intent } from '../../contract/incident.ts';
import type { FactsSource } from '../facts.ts';
import type { AlarmBook } from './alarm-book.ts';
import type { Conditions } from './conditions.ts';
import type { IncidentLog } from './incident-log.ts';
import type { IncidentRecord } from './record.ts';
import type { Place, SiteState, SiteStates } from './site-states.ts';
import type { Suppressions } from './suppressions.ts';

/** Why a site is cut, and until when where that is announced (ms since 1970 UTC). */
export interface CauseView {
  cause: IncidentCause;
  slotEndsAt?: number;
}

/** Where the correlation gets what it does not decide itself. */
export interface CorrelatorOptions {
  facts: FactsSource;
  place(site: string): Place | undefined;
  policy(): IncidentPolicy;
  /** The cause of an outage of the site that began at `at` (ms since 1970 UTC). */
  causeOf(site: string, at: number): CauseView;
}

/** What the parts of the correlation work on together. */
export interface Board {
  readonly options: CorrelatorOptions;
  readonly log: IncidentLog;
  readonly book: AlarmBook;
  readonly sites: SiteStates;
  readonly conditions: Conditions;
  readonly intents: Intent[];
  /** Sites whose incident ends at this time unless something comes between. */
  readonly endings: Map<string, number>;
  /** When the cause of an incident is to be asked for again. */
  readonly causeDue: Map<string, number>;
  /** Sites of whose power incident something changed that matters above them. */
  readonly moved: Set<SiteState>;
  /** Areas to look at though no site may stand in them any more. */
  readonly areas: Set<string>;
  readonly suppressions: Suppressions;
  /** When the monitor began to hear (ms since 1970 UTC). */
  startedAt: number;
}

/** What is learned late waits at least so long for what belongs to it (ms). */
const SETTLE_MS = 3000;

/** When somebody is told first of what began at `startedAt`: the group wait runs from there. */
export function firstDueAt(board: Board, startedAt: number, now: number): number {
  const groupWaitMs = policyMs(board, 'groupWait');
  return Math.max(startedAt + groupWaitMs, now + Math.min(groupWaitMs, SETTLE_MS));
}

/** One of the policy's times, which are configured in seconds, in ms. */
export function policyMs(board: Board, name: keyof IncidentPolicy): number {
  return board.options.policy()[name] * 1000;
}

/** The open incidents above this one, the nearest first. */
export function ancestors(board: Board, record: IncidentRecord): IncidentRecord[] {
  const parent = board.log.parentOf(record);
  return parent === undefined ? [] : [parent, ...ancestors(board, parent)];
}

/** A site that became critical is news to everything above it. */
export function markCritical(
  board: Board,
  record: IncidentRecord,
  site: string,
  now: number,
): void {
  for (const one of [record, ...ancestors(board, record)]) {
    if (one.memory.criticalSites.includes(site)) continue;
    one.memory.criticalSites.push(site);
    if (one !== record) board.log.event(one, 'severity_changed', now, { to: 'critical', site });
  }
}
