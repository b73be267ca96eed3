import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ANSWERS, alarmsQuerySchema } from '../../../contract/http.ts';
import { SvitloError } from '../../../errors.ts';
import { addRoute } from '../route.ts';

const idParams = z.object({ id: z.string().max(200) });

/** Alarms with their transitions. */
export function addAlarmRoutes(server: FastifyInstance): void {
  addRoute(server, {
    method: 'GET',
    url: '/alarms',
    needs: 'see',
    summary: 'Alarms by priority, newest first',
    query: alarmsQuerySchema,
    answer: ANSWERS.alarms,
    handle: ({ query: { state, site }, service: { queries } }) =>
      queries.alarms({ state, ...(site === undefined ? {} : { site }) }),
  });
  addRoute(server, {
    method: 'GET',
    url: '/alarms/:id',
    needs: 'see',
    summary: 'One alarm with every transition',
    params: idParams,
    answer: ANSWERS.alarm,
    handle: async ({ params: { id }, service: { queries } }) => {
      const alarm = queries.alarm(id);
      if (alarm === undefined) throw new SvitloError('SVT_NOT_FOUND', `no alarm ${id}`);
      return { alarm, transitions: await queries.transitions(id) };
    },
  });
}
