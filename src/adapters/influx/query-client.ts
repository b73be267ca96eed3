import { SvitloError } from '../../errors.ts';

/** Rows of one series, or a part of them; `null` where a row has no value of a column. */
export interface SeriesRows {
  tags: Readonly<Record<string, string>>;
  columns: readonly string[];
  values: readonly (readonly (number | string | boolean | null)[])[];
}

/** Where InfluxDB is asked, and by whom. */
export interface QueryTarget {
  /** `http(s)://host:port` */
  origin: string;
  database: string;
  username?: string;
  password?: string;
}

export interface Query {
  /** One statement: InfluxDB 3 takes no more. */
  text: string;
  timeoutMs: number;
}

interface Answer {
  error?: string;
  results?: {
    error?: string;
    series?: { tags?: Record<string, string>; columns: string[]; values?: SeriesRows['values'] }[];
  }[];
}

/** Rows a series and line of the answer: what is parsed at once. */
const CHUNK_ROWS = 2000;

/**
 * Asks the v1 `/query` and hands the rows over as they come, times in ms. A long answer is never in
 * memory as a whole: the server sends it in lines, a series each.
 */
export async function* queryRows(target: QueryTarget, query: Query): AsyncGenerator<SeriesRows> {
  try {
    const response = await post(target, query);
    for await (const line of linesOf(response)) {
      const answer = JSON.parse(line) as Answer;
      if (answer.error !== undefined) throw refusal(response.status, answer.error);
      for (const { error, series = [] } of answer.results ?? []) {
        if (error !== undefined) throw refusal(response.status, error);
        for (const { tags = {}, columns, values = [] } of series) yield { tags, columns, values };
      }
    }
    if (!response.ok) throw refusal(response.status, response.statusText);
  } catch (error) {
    if (error instanceof SvitloError) throw error;
    const message = `InfluxDB did not answer: ${reasonOf(error)}`;
    throw new SvitloError('SVT_STORE_UNREACHABLE', message, { retryable: true, cause: error });
  }
}

function post({ origin, database, username, password = '' }: QueryTarget, query: Query) {
  const headers: Record<string, string> = {};
  if (username !== undefined) {
    headers.authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }
  const body = new URLSearchParams({
    db: database,
    q: query.text,
    epoch: 'ms',
    chunked: 'true',
    chunk_size: `${CHUNK_ROWS}`,
  });
  const signal = AbortSignal.timeout(query.timeoutMs);
  return fetch(`${origin}/query`, {
    method: 'POST',
    headers,
    body,
    signal,
    redirect: 'error',
  });
}

async function* linesOf({ body }: Response): AsyncGenerator<string> {
  if (body === null) return;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield line;
  }
  if (rest.trim() !== '') yield rest;
}

/** A database that is not there yet, an overload or a missing right may pass; a bad statement does not. */
function refusal(status: number, reason: string): SvitloError {
  const isFinal =
    status < 500 &&
    ![401, 403, 404, 408, 429].includes(status) &&
    !/not found|timeout/i.test(reason);
  return isFinal
    ? new SvitloError('SVT_STORE_REFUSED', `InfluxDB refused: ${reason}`)
    : new SvitloError('SVT_STORE_UNREACHABLE', `InfluxDB: ${status} ${reason}`, {
        retryable: true,
      });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error && cause.message !== '') return cause.message;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
}
