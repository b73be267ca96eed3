import type { FastifyReply } from 'fastify';
import type { CommandAnswer, ScheduleAnswer } from '../../contract/command.ts';
import { statusOf } from './failure.ts';

const MESSAGES: Readonly<Record<string, string>> = {
  SVT_NOT_FOUND: 'there is nothing of this name',
  SVT_NOT_ACTIVE: 'the alarm waits for nobody: it is over',
  SVT_ALARM_CHANGED: 'the alarm has changed since: expected its occurrence and version of now',
  SVT_ALREADY_ACKNOWLEDGED: 'somebody was first',
  SVT_ACKNOWLEDGE_FIRST: 'expected an alarm that is acknowledged',
  SVT_NOT_LATCHED: 'expected a latched alarm whose condition is gone',
  SVT_NOT_SHELVABLE: 'an alarm of radiation, an interlock or an emergency stop is never shelved',
  SVT_SHELVE_TOO_LONG: 'expected a time within longestSeconds from now',
  SVT_SHELVE_TOO_SHORT: 'expected a time in the future',
  SVT_NOT_SHELVED: 'expected a shelved alarm',
  SVT_ALREADY_OUT_OF_SERVICE: 'somebody was first',
  SVT_NOT_OUT_OF_SERVICE: 'expected an alarm out of service',
  SVT_ALREADY_TAKEN: 'somebody was first',
  SVT_INCIDENT_CHANGED: 'the incident has changed since: expected its revision of now',
  SVT_ALREADY_RESOLVED: 'the incident is over',
  SVT_SITE_NEEDED: 'the incident covers several sites: expected the one that the evidence is of',
  SVT_JOURNAL_FAILED: 'the journal cannot be written: the command may not survive a restart',
};

/** A command's answer as HTTP gives it: a refusal gets the status of its code, with who was first. */
export function answerCommand(answer: CommandAnswer | ScheduleAnswer, reply: FastifyReply): object {
  if (answer.ok) return answer;
  const { ok: _, code, message, ...params } = answer;
  reply.status(statusOf(code));
  return { code, message: message ?? MESSAGES[code] ?? code, params };
}
