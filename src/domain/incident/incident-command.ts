import type { IncidentCommand } from '../../contract/command.ts';
import type { Evidence } from '../../contract/incident.ts';
import type { Board } from './board.ts';
import { type EventDetail, type IncidentRecord, isOpen, siteOf } from './record.ts';

/** Who gives a command; unverified until sign-in exists. */
export interface Actor {
  name: string;
  isVerified: boolean;
}

export type TakeCommand = Extract<IncidentCommand, { type: 'take' }>;
export type NoteCommand = Extract<IncidentCommand, { type: 'note' }>;

/** What became of a command: `taken` says who was first, `site_needed` that evidence must name a site. */
export type IncidentOutcome =
  | { outcome: 'done'; revision: number }
  | { outcome: 'not_found' }
  | { outcome: 'changed'; revision: number }
  | { outcome: 'taken'; by: string; at: number; revision: number }
  | { outcome: 'site_needed' };

/** Takes an incident that is not more than the person saw: devices that joined since are no matter. */
export function takeIncident(
  board: Board,
  command: TakeCommand,
  actor: Actor,
  now: number,
): IncidentOutcome {
  const record = board.log.record(command.incidentId);
  if (record === undefined) return { outcome: 'not_found' };
  const { incident, memory } = record;
  const { revision, takenBy, takenAt } = incident;
  if (incident.state === 'resolved') return { outcome: 'changed', revision };
  if (takenBy === actor.name) return { outcome: 'done', revision };
  if (takenBy !== undefined && takenAt !== undefined) {
    return { outcome: 'taken', by: takenBy, at: takenAt, revision };
  }
  const isSeen = command.revision >= memory.seenRevision && command.revision <= revision;
  if (!isSeen) return { outcome: 'changed', revision };
  incident.state = 'taken';
  incident.takenBy = actor.name;
  incident.takenAt = now;
  board.log.event(record, 'taken', now, detailOf(command, actor, command.comment));
  return { outcome: 'done', revision: incident.revision };
}

/**
 * Adds a note; what it testifies counts for the site's own incident. Evidence on what has ended is
 * refused: nothing is appended to it.
 */
export function noteIncident(
  board: Board,
  command: NoteCommand,
  actor: Actor,
  now: number,
): IncidentOutcome {
  const record = board.log.record(command.incidentId);
  if (record === undefined) return { outcome: 'not_found' };
  const { evidence, site } = command;
  if (evidence !== undefined) {
    const subject = subjectOf(board, record, site);
    if (subject === undefined) return { outcome: 'site_needed' };
    if (!isOpen(subject)) return { outcome: 'changed', revision: record.incident.revision };
    testify(board, subject, evidence, Math.min(timeOf(command, now), now));
  }
  board.log.event(record, 'note', now, {
    ...detailOf(command, actor, command.text),
    ...(site === undefined ? {} : { site }),
    ...(evidence === undefined ? {} : { evidence }),
  });
  return { outcome: 'done', revision: record.incident.revision };
}

/** The power incident that evidence is of: its own, or below a parent that of the site. */
function subjectOf(
  board: Board,
  record: IncidentRecord,
  site: string | undefined,
): IncidentRecord | undefined {
  const { scope } = record.memory;
  const own = siteOf(record);
  if (scope === 'power') return site === undefined || site === own ? record : undefined;
  if (site === undefined || !record.sites.has(site)) return undefined;
  return board.log.openOf('power', site);
}

/** What is dated last counts. */
function testify(board: Board, record: IncidentRecord, type: Evidence, at: number): void {
  const { memory } = record;
  if (memory.evidence !== undefined && memory.evidence.at > at) return;
  memory.evidence = { type, at };
  board.log.touch(record);
}

function timeOf({ at }: NoteCommand, now: number): number {
  return at === undefined ? now : Date.parse(at);
}

function detailOf(
  { commandId }: { commandId: string },
  actor: Actor,
  text: string | undefined,
): EventDetail {
  return {
    commandId,
    actor: actor.name,
    isActorVerified: actor.isVerified,
    ...(text === undefined ? {} : { text }),
  };
}
