import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  type AlarmCommand,
  acknowledgeBodySchema,
  outOfServiceBodySchema,
  shelveBodySchema,
} from '../../../contract/command.ts';
import { ANSWERS } from '../../../contract/http.ts';
import { ALARM_COMMAND_NEEDS } from '../../../domain/access/permission.ts';
import { answerCommand } from '../refusal.ts';
import { addRoute } from '../route.ts';

const idParams = z.object({ id: z.string().max(200) });

interface Row {
  type: AlarmCommand['type'];
  body: typeof acknowledgeBodySchema;
  summary: string;
}

const ROWS: readonly Row[] = [
  {
    type: 'acknowledge',
    body: acknowledgeBodySchema,
    summary: 'Acknowledge; 409 with who and when if somebody was first',
  },
  {
    type: 'shelve',
    body: shelveBodySchema,
    summary:
      'Hide until a time, at most 1 h, 8 h, 24 h by priority; radiation and interlocks never',
  },
  { type: 'unshelve', body: acknowledgeBodySchema, summary: 'End the shelving now' },
  {
    type: 'reset',
    body: acknowledgeBodySchema,
    summary: 'Take the mark off a latched alarm that is acknowledged and whose condition is gone',
  },
  {
    type: 'out-of-service',
    body: outOfServiceBodySchema,
    summary: 'Take out of service with a reason and a work order; nothing ends it by itself',
  },
  { type: 'return', body: acknowledgeBodySchema, summary: 'Return to service' },
];

/** What a person does to an alarm. The same `commandId` again gets the same answer. */
export function addAlarmCommandRoutes(server: FastifyInstance): void {
  for (const { type, body, summary } of ROWS) {
    addRoute(server, {
      method: 'POST',
      url: `/alarms/:id/${type}`,
      needs: ALARM_COMMAND_NEEDS[type],
      summary,
      params: idParams,
      body,
      answer: ANSWERS.done,
      handle: async ({ params, body: { actor, ...rest }, service }, reply) => {
        // Fastify has checked the body by this row's schema, so it is what the type demands.
        const command = { type, alarmId: params.id, ...rest } as AlarmCommand;
        return answerCommand(
          await service.commands.actOnAlarm(command, service.actor(actor)),
          reply,
        );
      },
    });
  }
}
