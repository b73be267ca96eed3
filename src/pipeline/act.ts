import type { Alarm, AlarmChange } from '../contract/alarm.ts';
import type { AlarmCommand, CommandAnswer, IncidentCommand } from '../contract/command.ts';
import { type CommandOutcome, command as commandAlarm } from '../domain/alarm/command.ts';
import { SHELF_MS } from '../domain/alarm/shelf.ts';
import type { IncidentOutcome } from '../domain/incident/incident-command.ts';
import type { Actor } from '../ports.ts';
import type { Situation } from './situation.ts';

/** Whoever takes an incident has not yet looked after these: each wants its own answer. */
const ANSWERED_ALONE: readonly Alarm['code'][] = ['SC_ESTOP', 'SC_DOSE'];
const WAITING: readonly Alarm['state'][] = ['UNACK', 'RTN_UNACK', 'LATCH_UNACK'];

const REFUSED = {
  acknowledge_first: 'SVT_ACKNOWLEDGE_FIRST',
  unshelvable: 'SVT_NOT_SHELVABLE',
  shelf_too_long: 'SVT_SHELVE_TOO_LONG',
  shelf_in_the_past: 'SVT_SHELVE_TOO_SHORT',
} as const;

const ALREADY: Partial<Record<AlarmCommand['type'], string>> = {
  acknowledge: 'SVT_ALREADY_ACKNOWLEDGED',
  'out-of-service': 'SVT_ALREADY_OUT_OF_SERVICE',
};

const NOT_ACTIVE: Partial<Record<AlarmCommand['type'], string>> = {
  reset: 'SVT_NOT_LATCHED',
  unshelve: 'SVT_NOT_SHELVED',
  return: 'SVT_NOT_OUT_OF_SERVICE',
};

/** Does what a person asks of an alarm, at `now` (ms since 1970 UTC). */
export function actOnAlarm(
  situation: Situation,
  command: AlarmCommand,
  actor: Actor,
  now: number,
): CommandAnswer {
  const ruleOf = (alarm: Alarm) => situation.ruleOf(alarm);
  const outcome = commandAlarm(situation.book, ruleOf, command, actor, now);
  if (outcome.outcome !== 'done') {
    return refusalOf(outcome, command.type, situation.alarm(command.alarmId));
  }
  situation.takeStep(outcome.change, now);
  return { ok: true, version: outcome.version };
}

type Refused = Exclude<CommandOutcome, { outcome: 'done' }>;

function refusalOf(
  refused: Refused,
  type: AlarmCommand['type'],
  alarm: Alarm | undefined,
): CommandAnswer {
  switch (refused.outcome) {
    case 'not_found':
      return { ok: false, code: 'SVT_NOT_FOUND' };
    case 'not_active':
      return { ok: false, code: NOT_ACTIVE[type] ?? 'SVT_NOT_ACTIVE' };
    case 'refused':
      return {
        ok: false,
        code: REFUSED[refused.refusal],
        ...(refused.refusal === 'shelf_too_long' && alarm !== undefined
          ? { longestSeconds: SHELF_MS[alarm.priority] / 1000 }
          : {}),
      };
    default: {
      const { by, at, outcome } = refused;
      const already = ALREADY[type] ?? 'SVT_ALARM_CHANGED';
      return {
        ok: false,
        code: outcome === 'already' ? already : 'SVT_ALARM_CHANGED',
        ...(by === undefined ? {} : { by }),
        ...(at === undefined ? {} : { at }),
      };
    }
  }
}

/** Takes an incident, which acknowledges its members, or adds a note to it. */
export function actOnIncident(
  situation: Situation,
  command: IncidentCommand,
  actor: Actor,
  now: number,
): CommandAnswer {
  const { correlator } = situation;
  if (command.type === 'note') {
    const noted = correlator.note(command, actor, now);
    if (noted.outcome !== 'done') return notDone(situation, command.incidentId, noted);
    testify(situation, command, now);
    situation.settle([], undefined, now);
    situation.announce();
    return { ok: true, version: noted.revision };
  }
  const taken = correlator.take(command, actor, now);
  if (taken.outcome !== 'done') return notDone(situation, command.incidentId, taken);
  acknowledgeMembers(situation, command, actor, now);
  situation.settle([], undefined, now);
  situation.announce();
  return { ok: true, version: taken.revision };
}

const NOT_DONE = {
  not_found: 'SVT_NOT_FOUND',
  changed: 'SVT_INCIDENT_CHANGED',
  taken: 'SVT_ALREADY_TAKEN',
  site_needed: 'SVT_SITE_NEEDED',
} as const;

function notDone(
  { correlator }: Situation,
  incidentId: string,
  refused: Exclude<IncidentOutcome, { outcome: 'done' }>,
): CommandAnswer {
  const isOver = correlator.incident(incidentId)?.state === 'resolved';
  if (refused.outcome === 'changed' && isOver) return { ok: false, code: 'SVT_ALREADY_RESOLVED' };
  const code = NOT_DONE[refused.outcome];
  if (refused.outcome !== 'taken') return { ok: false, code };
  const { by, at } = refused;
  return { ok: false, code, by, at };
}

/** A dated word about the supply of one site, or of every site of the incident. */
function testify(
  { correlator, ledger }: Situation,
  note: Extract<IncidentCommand, { type: 'note' }>,
  now: number,
): void {
  const { evidence, site, at, incidentId } = note;
  if (evidence === undefined) return;
  const since = at === undefined ? now : Math.min(now, Date.parse(at));
  const sites = site === undefined ? (correlator.incident(incidentId)?.sites ?? []) : [site];
  for (const one of sites) ledger.testify(one, evidence, since, now);
}

function acknowledgeMembers(
  situation: Situation,
  { incidentId, commandId }: IncidentCommand,
  actor: Actor,
  now: number,
): void {
  const family = new Set([incidentId]);
  for (const id of family) for (const child of situation.correlator.children(id)) family.add(child);
  const changes: AlarmChange[] = [];
  const ruleOf = (alarm: Alarm) => situation.ruleOf(alarm);
  for (const alarm of situation.alarms()) {
    if (!family.has(alarm.incidentId ?? '') || ANSWERED_ALONE.includes(alarm.code)) continue;
    if (!WAITING.includes(alarm.state)) continue;
    const { id: alarmId, occurrence, version } = alarm;
    const command = { type: 'acknowledge' as const, commandId, alarmId, occurrence, version };
    const outcome = commandAlarm(situation.book, ruleOf, command, actor, now);
    if (outcome.outcome === 'done') changes.push(outcome.change);
  }
  situation.settle(changes, undefined, now);
}
