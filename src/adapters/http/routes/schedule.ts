import type { FastifyInstance } from 'fastify';
import {
  declareEmergencyBodySchema,
  enterDaysBodySchema,
  removeDayQuerySchema,
  removeEmergencyQuerySchema,
  type ScheduleCommand,
} from '../../../contract/command.ts';
import { ANSWERS } from '../../../contract/http.ts';
import { answerCommand } from '../refusal.ts';
import { addRoute } from '../route.ts';

/** The outage schedule, and what a person enters into it beside its file. */
export function addScheduleRoutes(server: FastifyInstance): void {
  const needs = 'supervise';
  const answer = ANSWERS.entered;
  addRoute(server, {
    method: 'GET',
    url: '/schedule',
    needs: 'see',
    summary:
      'Announced cuts and emergencies, how old they are and which plan for tomorrow is missing',
    answer: ANSWERS.schedule,
    handle: ({ service }) => service.queries.schedule(),
  });
  addRoute(server, {
    method: 'PUT',
    url: '/schedule/days',
    needs,
    summary: "Enter queues' days; each takes the place of what stands for its queue and day",
    body: enterDaysBodySchema,
    answer,
    handle: async ({ body: { actor, days }, service }, reply) => {
      const command: ScheduleCommand = { type: 'enter-days', days };
      return answerCommand(
        await service.commands.enterSchedule(command, service.actor(actor)),
        reply,
      );
    },
  });
  addRoute(server, {
    method: 'DELETE',
    url: '/schedule/days',
    needs,
    summary: 'Take an entered day out, so that the file counts again',
    query: removeDayQuerySchema,
    answer,
    handle: async ({ query: { actor, ...day }, service }, reply) => {
      const command: ScheduleCommand = { type: 'remove-day', day };
      return answerCommand(
        await service.commands.enterSchedule(command, service.actor(actor)),
        reply,
      );
    },
  });
  addRoute(server, {
    method: 'POST',
    url: '/schedule/emergencies',
    needs,
    summary:
      'Declare an emergency cut; the same type, begin and places again replaces it, `to` ends it',
    body: declareEmergencyBodySchema,
    answer,
    handle: async ({ body: { actor, ...emergency }, service }, reply) => {
      const command: ScheduleCommand = { type: 'declare-emergency', emergency };
      return answerCommand(
        await service.commands.enterSchedule(command, service.actor(actor)),
        reply,
      );
    },
  });
  addRoute(server, {
    method: 'DELETE',
    url: '/schedule/emergencies',
    needs,
    summary:
      'Take an emergency out that was entered by mistake: of these regions and sites, or all of its begin',
    query: removeEmergencyQuerySchema,
    answer,
    handle: async ({ query: { actor, regions, sites, ...named }, service }, reply) => {
      const emergency = {
        ...named,
        ...(regions === undefined ? {} : { regions: regions.split(',') }),
        ...(sites === undefined ? {} : { sites: sites.split(',') }),
      };
      const command: ScheduleCommand = { type: 'remove-emergency', emergency };
      return answerCommand(
        await service.commands.enterSchedule(command, service.actor(actor)),
        reply,
      );
    },
  });
}
