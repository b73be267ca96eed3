import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { noteBodySchema, takeIncidentBodySchema } from '../../../contract/command.ts';
import { ANSWERS, incidentsQuerySchema } from '../../../contract/http.ts';
import { INCIDENT_COMMAND_NEEDS } from '../../../domain/access/permission.ts';
import { SvitloError } from '../../../errors.ts';
import { answerCommand } from '../refusal.ts';
import { addRoute } from '../route.ts';

const idParams = z.object({ id: z.string().max(200) });

/** Incidents with their timelines, taking one, and dated notes. */
export function addIncidentRoutes(server: FastifyInstance): void {
  addRoute(server, {
    method: 'GET',
    url: '/incidents',
    needs: 'see',
    summary: 'Incidents, newest first; the open ones unless told',
    query: incidentsQuerySchema,
    answer: ANSWERS.incidents,
    handle: ({ query, service: { queries } }) => queries.incidentHistory(query),
  });
  addRoute(server, {
    method: 'GET',
    url: '/incidents/:id',
    needs: 'see',
    summary: 'One incident with its timeline, what it absorbed and who was to be told',
    params: idParams,
    answer: ANSWERS.incident,
    handle: async ({ params: { id }, service: { queries } }) => {
      const incident = await queries.incident(id);
      if (incident === undefined) throw new SvitloError('SVT_NOT_FOUND', `no incident ${id}`);
      const [events, intents, children] = await Promise.all([
        queries.incidentEvents(id),
        queries.intents(id),
        queries.children(id),
      ]);
      return {
        incident,
        events,
        children,
        intents,
      };
    },
  });
  addRoute(server, {
    method: 'POST',
    url: '/incidents/:id/acknowledge',
    needs: INCIDENT_COMMAND_NEEDS.take,
    summary:
      'Take it: acknowledges its alarms, save emergency stop and dose; 409 if somebody has it',
    params: idParams,
    body: takeIncidentBodySchema,
    answer: ANSWERS.done,
    handle: async ({ params, body: { actor, ...rest }, service }, reply) => {
      const command = { type: 'take', incidentId: params.id, ...rest } as const;
      return answerCommand(
        await service.commands.actOnIncident(command, service.actor(actor)),
        reply,
      );
    },
  });
  addRoute(server, {
    method: 'POST',
    url: '/incidents/:id/note',
    needs: INCIDENT_COMMAND_NEEDS.note,
    summary:
      'A dated note; it may testify that a mobile generator carries a site, or that mains is back',
    params: idParams,
    body: noteBodySchema,
    answer: ANSWERS.done,
    handle: async ({ params, body: { actor, ...rest }, service }, reply) => {
      const command = { type: 'note', incidentId: params.id, ...rest } as const;
      return answerCommand(
        await service.commands.actOnIncident(command, service.actor(actor)),
        reply,
      );
    },
  });
}
