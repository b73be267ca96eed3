import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ANSWERS, alarmsQuerySchema } from '../../../contract/http.ts';
import { SvitloError } from '../../../errors.ts';
import type { Queries } from '../../../ports.ts';
import { addRoute } from '../route.ts';

const idParams = z.object({ id: z.string().max(200) });

/** Alarms with their transitions. */
export function addAlarmRoutes(server: FastifyInstance, queries: Queries): void {
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
}
