import type { FastifyReply } from 'fastify';
import { ERROR_STATUS, SvitloError } from '../../src/errors.ts';

/** A failure in the shape of the contract. */
export function failureOf(error: unknown, reply: FastifyReply): FastifyReply {
  if (!(error instanceof SvitloError)) {
    return reply.status(500).send({ code: 'SVT_INTERNAL', message: String(error), params: {} });
  }
  const { code, message, params } = error;
  return reply.status(ERROR_STATUS[code]).send({ code, message, params });
}
