import type { Scope } from '../../contract/access.ts';
import type { CommandAnswer, IncidentCommand } from '../../contract/command.ts';
import type { Incident } from '../../contract/incident.ts';
import {
  alarmSeen,
  incidentSeen,
  isWhollySeen,
  type Sight,
  sightOf,
} from '../../domain/access/sight.ts';
import type { Commands, Queries } from '../../ports.ts';
import { isOwnEntry } from './scoped-schedule.ts';

const NOT_THERE = { ok: false, code: 'SVT_NOT_FOUND' } as const;

function forbidden(message: string) {
  return { ok: false, code: 'SVT_FORBIDDEN', message } as const;
}

const NOT_WHOLE = 'it is also of sites beside yours: somebody who looks after all of them has to';
const NOT_OWN =
  'expected regions of your own: of days each with its region, of an emergency its regions or sites';

/** Commands of somebody who is limited to regions and sites. */
export function createScopedCommands(
  commands: Commands,
  queries: Pick<Queries, 'alarm' | 'incident' | 'site' | 'sites'>,
  scope: Scope,
): Commands {
  const sight = sightOf(scope, queries);
  return {
    actOnAlarm: async (command, actor) => {
      const alarm = queries.alarm(command.alarmId);
      if (alarm === undefined || alarmSeen(alarm, sight) === undefined) return NOT_THERE;
      if (!isWhollySeen(alarm, sight)) return forbidden(NOT_WHOLE);
      return commands.actOnAlarm(command, actor);
    },
    actOnIncident: async (command, actor) => {
      const incident = await queries.incident(command.incidentId);
      const refusal = refusalOf(command, incident, sight);
      return refusal ?? commands.actOnIncident(command, actor);
    },
    enterSchedule: async (command, actor) => {
      if (!isOwnEntry(command, scope, sight)) return forbidden(NOT_OWN);
      return commands.enterSchedule(command, actor);
    },
  };
}

function refusalOf(
  command: IncidentCommand,
  incident: Incident | undefined,
  sight: Sight,
): CommandAnswer | undefined {
  const seen = incident && incidentSeen(incident, sight);
  if (incident === undefined || seen === undefined) return NOT_THERE;
  const isWhole = seen === incident && incident.sites.length > 0;
  if (command.type === 'take') return isWhole ? undefined : forbidden(NOT_WHOLE);
  if (command.site !== undefined) return sight.covers(command.site) ? undefined : NOT_THERE;
  return isWhole ? undefined : { ok: false, code: 'SVT_SITE_NEEDED' };
}

/** Of a session that has run out: it may look, and nothing else. */
export function createReadOnlyCommands(): Commands {
  const refuse = async () => forbidden('the session has run out: sign in anew');
  return { actOnAlarm: refuse, actOnIncident: refuse, enterSchedule: refuse };
}
