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
 * Posts lines as they are to the v1 `/write`. Through the `influx` package each line would be made
 * anew from its parts, and a refusal's body and Retry-After be lost (docs/adr/0007).
 */
export async function postLines(
  target: WriteTarget,
  lines: Uint8Array,
  stop?: AbortSignal,
): Promise<WriteAnswer> {
  const { origin, database, username, password = '' } = target;
  const url = `${origin}/write?db=${encodeURIComponent(database)}&precision=ms`;
  const headers: Record<string, string> = { 'content-type': 'text/plain; charset=utf-8' };
  if (username !== undefined) {
    headers.authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }
  const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(stop ? [stop] : [])]);
  try {
    let body = lines as Uint8Array<ArrayBuffer>;
    if (!LOOPBACK.test(new URL(origin).hostname)) {
      body = (await compress(body, { level: constants.Z_BEST_SPEED })) as Uint8Array<ArrayBuffer>;
      headers['content-encoding'] = 'gzip';
    }
    // A redirected POST would become a GET, which stores nothing.
    const redirect = 'manual';
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect });
    const text = await response.text();
    const retryAfterMs = decodeRetryAfter(response.headers.get('retry-after'));
    return {
      status: response.status,
      text: reasonIn(text),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  } catch (error) {
    return { status: 0, text: reasonOf(error) };
  }
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function decodeRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
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

/** `fetch` fails with a general word; its cause says what happened. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`;
  const { cause } = error;
  if (cause instanceof Error && cause.message !== '') return cause.message;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
}
