import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';

const TIMEOUT_MS = 10_000;
/** Over a network a smaller body is worth its CPU time; on one machine it is not. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const compress = promisify(gzip);

/** InfluxDB's answer to a write; `status` is 0 where none came. */
export interface WriteAnswer {
  status: number;
  text: string;
  /** What the server asks to wait before the next try (ms). */
  retryAfterMs?: number;
}

/** Where lines are written, and by whom. */
export interface WriteTarget {
  /** `http(s)://host:port`, without user and database. */
  origin: string;
  database: string;
  username?: string;
  password?: string;
}

/**
 * Posts lines as they are to the v1 `/write`, on one kept connection. Through the `influx` package each
 * line would be made anew from its parts, and a refusal's body and Retry-After be lost (docs/adr/0007);
 * `fetch` copies each body.
 */
export class WriteClient {
  readonly #url: URL;
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #headers: Record<string, string> = { 'content-type': 'text/plain; charset=utf-8' };

  constructor({ origin, database, username, password = '' }: WriteTarget) {
    this.#url = new URL(`${origin}/write?db=${encodeURIComponent(database)}&precision=ms`);
    const Agent = this.#url.protocol === 'https:' ? HttpsAgent : HttpAgent;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1 });
    if (username !== undefined) {
      const credentials = Buffer.from(`${username}:${password}`).toString('base64');
      this.#headers.authorization = `Basic ${credentials}`;
    }
  }

  /** Never rejects. A kept connection that the server had closed meanwhile is made anew, once. */
  async post(lines: Uint8Array, stop?: AbortSignal): Promise<WriteAnswer> {
    try {
      const isNear = LOOPBACK.test(this.#url.hostname);
      const body = isNear ? lines : await compress(lines, { level: constants.Z_BEST_SPEED });
      const encoding: Record<string, string> = isNear ? {} : { 'content-encoding': 'gzip' };
      const headers = { ...this.#headers, ...encoding, 'content-length': `${body.length}` };
      const answer = await this.#send(body, headers, stop).catch((error: unknown) => {
        if (!(error instanceof ClosedMeanwhile)) throw error;
        return this.#send(body, headers, stop);
      });
      const retryAfterMs = decodeRetryAfter(answer.headers['retry-after']);
      return {
        status: answer.statusCode ?? 0,
        text: reasonIn(await text(answer)),
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      };
    } catch (error) {
      return { status: 0, text: reasonOf(error) };
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  /** A redirect is an answer like any other: a POST that followed it would become a GET. */
  #send(
    body: Uint8Array,
    headers: Record<string, string>,
    stop: AbortSignal | undefined,
  ): Promise<IncomingMessage> {
    const send = this.#url.protocol === 'https:' ? httpsRequest : httpRequest;
    const options = { method: 'POST', agent: this.#agent, headers, ...(stop && { signal: stop }) };
    return new Promise((resolve, reject) => {
      const request = send(this.#url, options, resolve);
      const late = new Error(`no answer within ${TIMEOUT_MS / 1000} s`);
      const timer = setTimeout(() => request.destroy(late), TIMEOUT_MS);
      request.once('close', () => clearTimeout(timer));
      request.once('error', (error: NodeJS.ErrnoException) => {
        const isClosed = request.reusedSocket && error.code === 'ECONNRESET';
        reject(isClosed ? new ClosedMeanwhile() : error);
      });
      request.end(body);
    });
  }
}

class ClosedMeanwhile extends Error {}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function decodeRetryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** The `error` of a JSON answer, else its text. */
function reasonIn(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'error' in body) return String(body.error);
  } catch {
    // Not JSON: a proxy's page, or nothing.
  }
  return text.slice(0, 500);
}

/** A refused connection to a name with several addresses has no message, only a code. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : error.name;
}
