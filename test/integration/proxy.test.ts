import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGate } from '../../src/adapters/http/gate.ts';
import { createLive } from '../../src/adapters/live/server.ts';
import { loadConfig } from '../../src/config.ts';
import { recordingLog } from '../support/fake-ports.ts';
import { createTestServer } from '../support/http-server.ts';
import { signedInAs } from '../support/signed-in.ts';

const PROXY = '127.0.0.9';
const PUBLISHED = 'https://svitlo.example';
const { settings } = loadConfig([], {
  SVITLO_HTTP_PORT: '0',
  SVITLO_TRUSTED_PROXIES: PROXY,
  SVITLO_PUBLIC_URL: PUBLISHED,
});
const { server, access, queries, clock } = createTestServer({ settings });
const gate = createGate(settings);
let feed: ReturnType<typeof createLive>;
let port: number;

beforeAll(async () => {
  access.access.mode = () => 'accounts';
  access.access.principal = ({ session }) =>
    session === 'good' ? signedInAs('supervisor') : undefined;
  access.access.isCsrf = (_credential, given) => given === 'token';
  feed = createLive({
    http: server.server,
    queries,
    clock,
    log: recordingLog().log,
    access: access.access,
    credentialOf: gate.handshakeCredentialOf,
    serviceOf: access.serviceOf,
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  port = (server.server.address() as AddressInfo).port;
});

afterAll(async () => {
  await feed?.close();
  await server.close();
});

const THROUGH = {
  host: 'inside',
  'x-forwarded-for': '203.0.113.9',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'svitlo.example',
  cookie: '__Host-svitlo=good',
};

/** Status, reason and headers of what comes from this address of loopback. */
async function ask(localAddress: string, headers: Record<string, string>, method = 'GET') {
  const asked = request({
    host: '127.0.0.1',
    port,
    localAddress,
    path: '/api/v1/sites',
    method,
    headers,
  });
  asked.end();
  const [answer] = await once(asked, 'response');
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  const { params } = JSON.parse(text) as { params?: { reason?: string } };
  return { status: answer.statusCode, reason: params?.reason, headers: answer.headers };
}

describe('through the named proxy', () => {
  test('a session by HTTPS is one, and the browser is told to stay with HTTPS', async () => {
    const { status, headers } = await ask(PROXY, THROUGH);
    expect(status).toBe(200);
    expect(headers['strict-transport-security']).toMatch(/max-age=\d{8}/);
  });

  test('nothing comes in the clear', async () => {
    const plain = { ...THROUGH, 'x-forwarded-proto': 'http' };
    expect(await ask(PROXY, plain)).toMatchObject({ status: 403, reason: 'not_secure' });
  });

  test('the page of the published address may change something', async () => {
    const change = { ...THROUGH, 'x-svitlo-csrf': 'token' };
    const own = await ask(PROXY, { ...change, origin: PUBLISHED }, 'DELETE');
    expect(own.status).toBe(404);
    const foreign = await ask(PROXY, { ...change, origin: 'https://evil.example' }, 'DELETE');
    expect(foreign).toMatchObject({ status: 403, reason: 'other_origin' });
  });
});

test('the same from who is not named gets nothing of it', async () => {
  const { status, reason, headers } = await ask('127.0.0.8', THROUGH);
  expect([status, reason]).toEqual([403, 'not_secure']);
  expect(headers['strict-transport-security']).toBeUndefined();
});

describe('the live feed', () => {
  /** Whether a handshake with these headers is let in. */
  async function connects(localAddress: string, extraHeaders: Record<string, string>) {
    const socket = io(`http://127.0.0.1:${port}/live`, {
      transports: ['websocket'],
      extraHeaders,
      localAddress,
      reconnection: false,
      forceNew: true,
    } as object);
    const outcome = await new Promise((done) => {
      socket.once('connect', () => done(true));
      socket.once('connect_error', () => done(false));
    });
    socket.disconnect();
    return outcome;
  }

  test.each([
    ['through the proxy with a session', PROXY, {}, true],
    ['from the published page', PROXY, { origin: PUBLISHED }, true],
    ['from a page elsewhere', PROXY, { origin: 'https://evil.example' }, false],
    ['from another page of the site', PROXY, { 'sec-fetch-site': 'same-site' }, false],
    ['in the clear', PROXY, { 'x-forwarded-proto': 'http' }, false],
    ['without a session', PROXY, { cookie: '__Host-svitlo=bad' }, false],
    ['by a proxy that is not named', '127.0.0.8', {}, false],
  ])('%s', async (_, address, headers, isIn) => {
    expect(await connects(address, { ...THROUGH, ...headers })).toBe(isIn);
  });
});
