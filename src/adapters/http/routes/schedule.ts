import type { FastifyInstance } from 'fastify';
import {
  declareEmergencyBodySchema,
  enterDaysBodySchema,
  removeDayQuerySchema,
  removeEmergencyQuerySchema,
  type ScheduleCommand,
} from '../../../contract/command.ts';
import { ANSWERS } from '../../../contract/http.ts';
import type { Commands, Queries } from '../../../ports.ts';
import { actorOf, answerCommand } from '../refusal.ts';
import { addRoute } from '../route.ts';

/** The outage schedule, and what a person enters into it beside its file. */
export function addScheduleRoutes(
  server: FastifyInstance,
  queries: Queries,
  commands: Commands,
): void {
  const role = 'supervisor';
  const answer = ANSWERS.entered;
  addRoute(server, {
    method: 'GET',
    url: '/schedule',
    role: 'viewer',
    summary:
      'Announced cuts and emergencies, how old they are and which plan for tomorrow is missing',
    answer: ANSWERS.schedule,
    handle: () => queries.schedule(),
  });
  addRoute(server, {
    method: 'PUT',
    url: '/schedule/days',
    role,
    summary: "Enter queues' days; each takes the place of what stands for its queue and day",
    body: enterDaysBodySchema,
    answer,
    handle: async ({ body: { actor, days } }, reply) => {
      const command: ScheduleCommand = { type: 'enter-days', days };
      return answerCommand(await commands.enterSchedule(command, actorOf(actor)), reply);
    },
  });
  addRoute(server, {
    method: 'DELETE',
    url: '/schedule/days',
    role,
    summary: 'Take an entered day out, so that the file counts again',
    query: removeDayQuerySchema,
    answer,
    handle: async ({ query: { actor, ...day } }, reply) => {
      const command: ScheduleCommand = { type: 'remove-day', day };
      return answerCommand(await commands.enterSchedule(command, actorOf(actor)), reply);
    },
  });
  addRoute(server, {
    method: 'POST',
    url: '/schedule/emergencies',
    role,
    summary:
      'Declare an emergency cut; the same type, begin and places again replaces it, `to` ends it',
    body: declareEmergencyBodySchema,
    answer,
    handle: async ({ body: { actor, ...emergency } }, reply) => {
      const command: ScheduleCommand = { type: 'declare-emergency', emergency };
      return answerCommand(await commands.enterSchedule(command, actorOf(actor)), reply);
    },
  });
  addRoute(server, {
    method: 'DELETE',
    url: '/schedule/emergencies',
    role,
    summary:
      'Take an emergency out that was entered by mistake: of these regions and sites, or all of its begin',
    query: removeEmergencyQuerySchema,
    answer,
    handle: async ({ query: { actor, regions, sites, ...named } }, reply) => {
      const emergency = {
        ...named,
        ...(regions === undefined ? {} : { regions: regions.split(',') }),
        ...(sites === undefined ? {} : { sites: sites.split(',') }),
      };
      const command: ScheduleCommand = { type: 'remove-emergency', emergency };
      return answerCommand(await commands.enterSchedule(command, actorOf(actor)), reply);
    },
  });
}
