import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { acknowledgeBodySchema } from '../../../contract/command.ts';
import { ANSWERS, alarmsQuerySchema } from '../../../contract/http.ts';
import { SvitloError } from '../../../errors.ts';
import type { Commands, Queries } from '../../../ports.ts';
import { statusOf } from '../failure.ts';
import { addRoute } from '../route.ts';

const REFUSALS: Readonly<Record<string, string>> = {
  SVT_NOT_FOUND: 'no such alarm',
  SVT_NOT_ACTIVE: 'the alarm waits for nobody: it is over',
  SVT_ALARM_CHANGED: 'the alarm has changed since: expected its occurrence and version of now',
  SVT_ALREADY_ACKNOWLEDGED: 'somebody was first',
};

const idParams = z.object({ id: z.string().max(200) });

/** Alarms with their transitions, and the acknowledge command. */
export function addAlarmRoutes(
  server: FastifyInstance,
  queries: Queries,
  commands: Commands,
): void {
  addRoute(server, {
    method: 'GET',
    url: '/alarms',
    role: 'viewer',
    summary: 'Alarms by priority, newest first',
    query: alarmsQuerySchema,
    answer: ANSWERS.alarms,
    handle: ({ query: { state, site } }) =>
      queries.alarms({ state, ...(site === undefined ? {} : { site }) }),
  });
  addRoute(server, {
    method: 'GET',
    url: '/alarms/:id',
    role: 'viewer',
    summary: 'One alarm with every transition',
    params: idParams,
    answer: ANSWERS.alarm,
    handle: async ({ params: { id } }) => {
      const alarm = queries.alarm(id);
      if (alarm === undefined) throw new SvitloError('SVT_NOT_FOUND', `no alarm ${id}`);
      return { alarm, transitions: await queries.transitions(id) };
    },
  });
  addRoute(server, {
    method: 'POST',
    url: '/alarms/:id/acknowledge',
    role: 'technician',
    summary: 'Acknowledge; 409 with who and when if somebody was first',
    params: idParams,
    body: acknowledgeBodySchema,
    answer: ANSWERS.acknowledged,
    handle: async ({ params, body }, reply) => {
      const { actor, ...rest } = body;
      const who = { name: actor ?? 'unknown', isVerified: false };
      const answer = await commands.acknowledge({ alarmId: params.id, ...rest }, who);
      if (answer.ok) return answer;
      const { code, by, at } = answer;
      reply.status(statusOf(code));
      return { code, message: REFUSALS[code] ?? code, params: { by, at } };
    },
  });
}
