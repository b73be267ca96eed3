import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ERROR_STATUS, type ErrorCode, SvitloError } from '../../errors.ts';
import type { Language } from '../../i18n/index.ts';
import { securityHeaders } from './headers.ts';
import { isNavigation, languageOf, sendProblemPage } from './problem-page.ts';

/** Bytes of a request's body; a larger one is not read. */
export const BODY_MOST = 64 * 1024;

/** What tells of one request in the log and to the person: nobody guesses another's. */
export function newRequestId(): string {
  return randomBytes(5).toString('hex');
}

function asSvitloError(error: unknown): SvitloError {
  if (error instanceof SvitloError) return error;
  const { statusCode, message } = error as { statusCode?: number; message?: string };
  if (statusCode === 413) {
    return new SvitloError('SVT_TOO_LARGE', `expected a body of at most ${BODY_MOST} bytes`);
  }
  if (statusCode !== undefined && statusCode < 500) {
    return new SvitloError('SVT_BAD_REQUEST', message ?? 'bad request');
  }
  return new SvitloError('SVT_INTERNAL', 'an internal fault; the log says more', { cause: error });
}

/**
 * Every failure leaves as `{code, message, params}` with the status of its code; a person who opens it in
 * a browser is shown a page.
 */
export function answerFailures(server: FastifyInstance, language: Language): void {
  server.setErrorHandler((error, request, reply) => {
    const known = asSvitloError(error);
    const { code, params } = known;
    if (code === 'SVT_INTERNAL') request.log.error({ err: error }, 'http: internal fault');
    const { retryAfterSeconds } = params;
    if (typeof retryAfterSeconds === 'number') reply.header('retry-after', retryAfterSeconds);
    answer(known, request, reply, language);
  });
  server.setNotFoundHandler((request, reply) => {
    const message = `nothing at ${request.method} ${request.url.slice(0, 200)}: /docs lists what there is`;
    answer(new SvitloError('SVT_NOT_FOUND', message), request, reply, language);
  });
}

function answer(
  { code, message, params }: SvitloError,
  request: FastifyRequest,
  reply: FastifyReply,
  language: Language,
): void {
  const status = statusOf(code);
  if (!isNavigation(request)) {
    reply.status(status).send({ code, message, params });
    return;
  }
  const path = request.url.split('?', 1)[0]?.slice(0, 200);
  request.log.info({ code, path }, 'http: a page was refused');
  const reader = languageOf(request.headers['accept-language'], language);
  sendProblemPage(reply, { status, incident: request.id, language: reader });
}

/** A path that the router cannot read at all: no route, no hook sees it. */
export function answerBadPath(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  reply
    .status(400)
    .headers(securityHeaders(request.protocol === 'https'))
    .send({ code: 'SVT_BAD_REQUEST', message: error.message, params: {} });
}

const UNREADABLE: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
};

/** What is no HTTP, or comes too slowly: the connection ends. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  const { _httpMessage: begun, encrypted = false } = socket as {
    _httpMessage?: { headersSent?: boolean };
    encrypted?: boolean;
  };
  const isAnswered = begun?.headersSent === true;
  if (!socket.writable || error.code === 'ECONNRESET' || isAnswered) {
    socket.destroy();
    return;
  }
  const status = UNREADABLE[error.code ?? ''] ?? 400;
  const message = status === 408 ? 'expected a whole request sooner' : 'expected HTTP/1.1';
  const body = JSON.stringify({ code: 'SVT_BAD_REQUEST', message, params: {} });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...Object.entries(securityHeaders(encrypted)).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

export function statusOf(code: string): number {
  return ERROR_STATUS[code as ErrorCode] ?? 500;
}
