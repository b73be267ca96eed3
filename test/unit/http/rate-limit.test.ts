import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestServer } from '../../support/http-server.ts';
import { signedInAs } from '../../support/signed-in.ts';

const { server, access } = createTestServer();

beforeAll(() => {
  access.access.mode = () => 'accounts';
  access.access.knowsBrowser = (device) => device.startsWith('known');
  access.access.principal = ({ bearer }) =>
    bearer === undefined ? undefined : signedInAs('viewer', { session: bearer });
  server.post('/sign-in-of-the-test', { config: { needs: 'public' } }, () => 'in');
});

afterAll(() => server.close());

interface Asked {
  method?: 'GET' | 'POST';
  address?: string;
  bearer?: string;
  device?: string;
}

async function ask(
  url: string,
  { method = 'GET', address = '127.0.0.1', bearer, device }: Asked = {},
) {
  const headers = {
    host: 'localhost',
    ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    ...(device === undefined ? {} : { cookie: `__Host-svitlo-device=${device}` }),
  };
  return server.inject({ method, url, headers, remoteAddress: address });
}

/** How many of so many requests in a row were not refused as too many. */
async function letThrough(count: number, url: string, asked: Asked): Promise<number> {
  let passed = 0;
  for (let sent = 0; sent < count; sent += 1) {
    if ((await ask(url, asked)).statusCode !== 429) passed += 1;
  }
  return passed;
}

describe('too much from one', () => {
  test('stranger that signs in is refused, and told when to come back', async () => {
    const asked = { method: 'POST', address: '127.0.0.2' } as const;
    expect(await letThrough(50, '/sign-in-of-the-test', asked)).toBe(30);
    const answer = await ask('/sign-in-of-the-test', asked);
    expect(answer.json()).toEqual({
      code: 'SVT_TOO_MANY_ATTEMPTS',
      message: 'expected at most 30 requests a minute',
      params: { retryAfterSeconds: Number(answer.headers['retry-after']) },
    });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(60);
  });

  test('stranger leaves other addresses, and who is signed in, in peace', async () => {
    const others = { method: 'POST', address: '127.0.0.3' } as const;
    expect(await letThrough(30, '/sign-in-of-the-test', others)).toBe(30);
    expect(await letThrough(2, '/sign-in-of-the-test', others)).toBe(0);
    const signedIn = await ask('/api/v1/sites', { address: '127.0.0.3', bearer: 'a' });
    expect(signedIn.statusCode).toBe(200);
    expect((await ask('/healthz', { address: '127.0.0.3' })).statusCode).toBe(200);
  });

  test('stranger shuts out no browser that somebody has signed in from before', async () => {
    const asked = { method: 'POST', address: '127.0.0.6' } as const;
    await letThrough(31, '/sign-in-of-the-test', asked);
    const through = (device: string) =>
      letThrough(31, '/sign-in-of-the-test', { ...asked, device });
    expect([await through('known-1'), await through('known-2'), await through('made-up')]).toEqual([
      30, 30, 0,
    ]);
  });

  test('stranger counts with refused requests and wrong paths, too', async () => {
    const asked = { address: '127.0.0.4' };
    expect(await letThrough(300, '/api/v1/sites', asked)).toBe(300);
    expect(await letThrough(310, '/nowhere', asked)).toBe(300);
  });

  test('network of IPv6 counts as one', async () => {
    const of = (address: string) => ({ method: 'POST', address }) as const;
    expect(await letThrough(30, '/sign-in-of-the-test', of('2001:db8:1:2::1'))).toBe(30);
    expect(await letThrough(1, '/sign-in-of-the-test', of('2001:db8:1:2:ffff::9'))).toBe(0);
    expect(await letThrough(1, '/sign-in-of-the-test', of('2001:db8:1:3::1'))).toBe(1);
  });

  test('session is far more, and each session has its own', async () => {
    const asked = { address: '127.0.0.5', bearer: 'b' };
    expect(await letThrough(3010, '/api/v1/metrics', asked)).toBe(3000);
    expect(await letThrough(1, '/api/v1/metrics', { ...asked, bearer: 'c' })).toBe(1);
  });
});

test('without accounts nothing is counted: simulators and scripts at this machine ask on', async () => {
  const open = createTestServer();
  for (let sent = 0; sent < 700; sent += 1) {
    const { statusCode } = await open.server.inject('/healthz');
    if (statusCode !== 200) expect(statusCode, `request ${sent}`).toBe(200);
  }
  const { headers, statusCode } = await open.server.inject('/healthz');
  expect([statusCode, headers['retry-after']]).toEqual([200, undefined]);
  await open.server.close();
});
