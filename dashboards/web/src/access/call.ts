/** A call that did not succeed: `code` is the server's (`SVT_…`), or `UNREACHABLE`. */
export class CallError extends Error {
  readonly code: string;
  readonly status: number;
  readonly params: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: string, status: number, rest: Partial<FailureBody> & { retryAfter?: number }) {
    super(rest.message ?? code);
    this.name = 'CallError';
    this.code = code;
    this.status = status;
    this.params = rest.params ?? {};
    this.retryAfterSeconds = rest.retryAfter;
  }
}

interface FailureBody {
  code: string;
  message: string;
  params: Record<string, unknown>;
}

interface CallerOptions {
  fetch: typeof fetch;
  /** What the page sends back with everything that changes something. */
  csrf(): string | undefined;
  /** The server no longer knows who this is. */
  onSignInNeeded(): void;
  /** The page's token is no longer right, by another tab's sign-in say: fetches the one that is. */
  renew?(): Promise<unknown>;
  /** When the server answered, by its own clock (ms since 1970 UTC). */
  onServerTime?(ms: number): void;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
export type Call = <T>(method: Method, path: string, body?: object) => Promise<T>;

const BASE = '/api/v1';
/** A server that says nothing for so long is taken for one that cannot be reached. */
const ANSWER_MS = 20_000;

/** Calls of the API as the signed-in person; throws `CallError`. */
export function createCaller(options: CallerOptions): Call {
  const attempt = async (method: Method, path: string, body?: object): Promise<unknown> => {
    const response = await send(options, method, path, body);
    const serverTime = Date.parse(response.headers.get('date') ?? '');
    if (!Number.isNaN(serverTime)) options.onServerTime?.(serverTime);
    const answer = await bodyOf(response);
    if (response.ok) return withTimes(answer);
    throw failureOf(response, answer);
  };
  return async <T>(method: Method, path: string, body?: object): Promise<T> => {
    try {
      return (await attempt(method, path, body).catch(async (error: CallError) => {
        if (error.params.reason !== 'csrf' || options.renew === undefined) throw error;
        await options.renew();
        return await attempt(method, path, body);
      })) as T;
    } catch (error) {
      if (error instanceof CallError && error.code === 'SVT_SIGN_IN_NEEDED')
        options.onSignInNeeded();
      throw error;
    }
  };
}

async function send(
  { fetch, csrf }: CallerOptions,
  method: Method,
  path: string,
  body: object | undefined,
): Promise<Response> {
  const token = method === 'GET' ? undefined : csrf();
  const sent = body ?? (method === 'POST' ? {} : undefined);
  try {
    return await fetch(`${BASE}${path}`, {
      method,
      cache: 'no-store',
      credentials: 'same-origin',
      signal: AbortSignal.timeout(ANSWER_MS),
      headers: {
        accept: 'application/json',
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { 'x-svitlo-csrf': token }),
      },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    });
  } catch (error) {
    throw new CallError('UNREACHABLE', 0, { message: String(error) });
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failureOf(response: Response, answer: unknown): CallError {
  const body = (
    typeof answer === 'object' && answer !== null ? answer : {}
  ) as Partial<FailureBody>;
  const code = typeof body.code === 'string' ? body.code : 'SVT_INTERNAL';
  const seconds = Number(
    body.params?.retryAfterSeconds ?? response.headers.get('retry-after') ?? Number.NaN,
  );
  const retryAfter = Number.isFinite(seconds) ? { retryAfter: Math.max(1, seconds) } : {};
  return new CallError(code, response.status, { ...body, ...retryAfter });
}

/** HTTP answers spell times as RFC 3339 where the contract's types have ms since 1970 UTC. */
const TIMES: ReadonlySet<string> = new Set([
  'createdAt',
  'lastUsedAt',
  'lastSignInAt',
  'expiresAt',
  'warnAt',
]);

function withTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTimes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      TIMES.has(name) && typeof member === 'string' ? Date.parse(member) : withTimes(member),
    ]),
  );
}
