import { describe, expect, it } from 'vitest';
import { CallError, createCaller } from '../../../dashboards/web/src/access/call.ts';

interface Sent {
  url: string;
  init: RequestInit;
}

function callerOf(answer: () => Response, csrf?: string) {
  const sent: Sent[] = [];
  const told: string[] = [];
  const times: number[] = [];
  const call = createCaller({
    fetch: async (url, init = {}) => {
      sent.push({ url: String(url), init });
      return answer();
    },
    csrf: () => csrf,
    onSignInNeeded: () => told.push('sign-in needed'),
    onServerTime: (ms) => times.push(ms),
  });
  return { call, sent, told, times };
}

const headersOf = ({ init }: Sent) => new Headers(init.headers);
const failure = (status: number, body: object, headers = {}) =>
  Response.json(body, { status, headers });

async function failureOf(work: Promise<unknown>): Promise<CallError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CallError);
  return error as CallError;
}

describe('a call', () => {
  it('sends back the token of the page with what changes something, and with nothing else', async () => {
    const { call, sent } = callerOf(() => Response.json({ ok: true }), 'of-this-page');
    await call('GET', '/account');
    for (const method of ['POST', 'PATCH', 'DELETE'] as const) await call(method, '/accounts/x');
    const tokens = sent.map((one) => headersOf(one).get('x-svitlo-csrf'));
    expect(tokens).toEqual([null, 'of-this-page', 'of-this-page', 'of-this-page']);
    expect(sent[0]?.url).toBe('/api/v1/account');
  });

  it('sends no token before somebody is signed in', async () => {
    const { call, sent } = callerOf(() => Response.json({}));
    await call('POST', '/session', { name: 'olena' });
    expect(sent.map((one) => headersOf(one).has('x-svitlo-csrf'))).toEqual([false]);
    expect(sent[0]?.init.body).toBe('{"name":"olena"}');
  });

  it('gives a POST without words an empty body, and a DELETE none', async () => {
    const { call, sent } = callerOf(() => Response.json({}));
    await call('POST', '/account/totp');
    await call('DELETE', '/session');
    expect(sent.map(({ init }) => init.body)).toEqual(['{}', undefined]);
  });

  it('answers times as ms, by their names alone', async () => {
    const at = '2026-11-24T12:00:00.000Z';
    const { call } = callerOf(() => Response.json([{ createdAt: at, label: at, warnAt: 7 }]));
    expect(await call('GET', '/tokens')).toEqual([
      { createdAt: Date.parse(at), label: at, warnAt: 7 },
    ]);
  });

  it('answers nothing where there is no body', async () => {
    const { call } = callerOf(() => new Response(null, { status: 204 }));
    expect(await call('DELETE', '/session')).toBeUndefined();
  });

  it('tells the server’s clock', async () => {
    const headers = { date: 'Tue, 24 Nov 2026 12:00:00 GMT' };
    const { call, times } = callerOf(() => Response.json({}, { headers }));
    await call('GET', '/session');
    expect(times).toEqual([Date.UTC(2026, 10, 24, 12)]);
  });
});

describe('a call whose token has been replaced', () => {
  function replaced(isRenewed: boolean) {
    let token = 'old';
    const tokens: (string | null)[] = [];
    const call = createCaller({
      fetch: async (_url, init) => {
        const given = new Headers(init?.headers).get('x-svitlo-csrf');
        tokens.push(given);
        if (given === 'new') return Response.json({ ok: true });
        const params = { reason: 'csrf' };
        return failure(403, { code: 'SVT_FORBIDDEN', message: '', params });
      },
      csrf: () => token,
      onSignInNeeded: () => {},
      renew: async () => {
        if (isRenewed) token = 'new';
      },
    });
    return { call, tokens };
  }

  it('is made once more with the one that holds', async () => {
    const { call, tokens } = replaced(true);
    expect(await call('POST', '/tokens', {})).toEqual({ ok: true });
    expect(tokens).toEqual(['old', 'new']);
  });

  it('is refused where that does not hold either', async () => {
    const { call, tokens } = replaced(false);
    expect((await failureOf(call('POST', '/tokens', {}))).code).toBe('SVT_FORBIDDEN');
    expect(tokens).toEqual(['old', 'old']);
  });
});

describe('a call that fails', () => {
  it('has the code, and what was said with it', async () => {
    const params = { reason: 'role' };
    const { call } = callerOf(() => failure(403, { code: 'SVT_FORBIDDEN', message: 'no', params }));
    expect(await failureOf(call('GET', '/accounts'))).toMatchObject({
      code: 'SVT_FORBIDDEN',
      status: 403,
      params,
    });
  });

  it.each([
    ['its words', { retryAfterSeconds: 40 }, {}, 40],
    ['its header', {}, { 'retry-after': '30' }, 30],
    ['neither', {}, {}, undefined],
    ['a date in the header', {}, { 'retry-after': 'Tue, 24 Nov 2026 12:00:00 GMT' }, undefined],
  ])('says from %s when to come again', async (_from, params, headers, seconds) => {
    const body = { code: 'SVT_TOO_MANY_ATTEMPTS', message: '', params };
    const { call } = callerOf(() => failure(429, body, headers));
    expect((await failureOf(call('POST', '/session', {}))).retryAfterSeconds).toBe(seconds);
  });

  it.each([
    ['SVT_SIGN_IN_NEEDED', 1],
    ['SVT_SIGN_IN_REFUSED', 0],
    ['SVT_CODE_NEEDED', 0],
  ])('by %s ends the sign-in of the page %d times', async (code, times) => {
    const { call, told } = callerOf(() => failure(401, { code, message: '', params: {} }));
    await failureOf(call('GET', '/account'));
    expect(told).toHaveLength(times);
  });

  it('without words of the API is an internal error', async () => {
    const { call } = callerOf(() => new Response('<h1>Bad Gateway</h1>', { status: 502 }));
    expect((await failureOf(call('GET', '/session'))).code).toBe('SVT_INTERNAL');
  });

  it('is unreachable where nobody answers', async () => {
    const { call } = callerOf(() => {
      throw new TypeError('fetch failed');
    });
    expect((await failureOf(call('GET', '/session'))).code).toBe('UNREACHABLE');
  });
});
