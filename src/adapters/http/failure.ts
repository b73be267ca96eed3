import type { FastifyInstance, FastifyReply } from 'fastify';
import { ERROR_STATUS, type ErrorCode, SvitloError } from '../../errors.ts';

function asSvitloError(error: unknown): SvitloError {
  if (error instanceof SvitloError) return error;
  const { statusCode, message } = error as { statusCode?: number; message?: string };
  if (statusCode !== undefined && statusCode < 500) {
    return new SvitloError('SVT_BAD_REQUEST', message ?? 'bad request');
  }
  return new SvitloError('SVT_INTERNAL', 'an internal fault; the log says more', { cause: error });
}

/** Every failure leaves as `{code, message, params}` with the status of its code. */
export function answerFailures(server: FastifyInstance): void {
  server.setErrorHandler((error, request, reply) => {
    const { code, message, params } = asSvitloError(error);
    if (code === 'SVT_INTERNAL') request.log.error({ err: error }, 'http: internal fault');
    reply.status(statusOf(code)).send({ code, message, params });
  });
  server.setNotFoundHandler((request, reply) => {
    const message = `nothing at ${request.method} ${request.url.slice(0, 200)}: /docs lists what there is`;
    reply.status(404).send({ code: 'SVT_NOT_FOUND', message, params: {} });
  });
}

/** A path that the router cannot read at all: no route, no hook sees it. */
export function answerBadPath(error: Error, _request: unknown, reply: FastifyReply): void {
  reply.status(400).send({ code: 'SVT_BAD_REQUEST', message: error.message, params: {} });
}

export function statusOf(code: string): number {
  return ERROR_STATUS[code as ErrorCode] ?? 500;
}
