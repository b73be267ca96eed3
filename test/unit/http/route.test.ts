import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guardAccess, type Needs } from '../../../src/adapters/http/access.ts';
import { createTestServer } from '../../support/http-server.ts';

interface Operation {
  summary?: string;
  description?: string;
  parameters?: { name: string; in: string }[];
  requestBody?: object;
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

interface Registered {
  method: string;
  url: string;
  needs: Needs | undefined;
}

const { server } = createTestServer();
const registered: Registered[] = [];
server.addHook('onRoute', ({ method, url, config }) => {
  for (const one of [method].flat()) registered.push({ method: one, url, needs: config?.needs });
});
let document: Document;

beforeAll(async () => {
  await server.ready();
  document = (await server.inject('/docs')).json() as Document;
});

afterAll(() => server.close());

/** Everything there is, with what it needs: a new route is added here. */
const ROUTES: readonly [
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  needs: Needs,
][] = [
  ['GET', '/healthz', 'public'],
  ['GET', '/readyz', 'public'],
  ['GET', '/metrics', 'scrape'],
  ['GET', '/api/v1/sites', 'see'],
  ['GET', '/api/v1/devices', 'see'],
  ['GET', '/api/v1/devices/:site/:device', 'see'],
  ['GET', '/api/v1/devices/:site/:device/series', 'see'],
  ['GET', '/api/v1/metrics', 'see'],
  ['GET', '/api/v1/regions', 'see'],
  ['GET', '/api/v1/incidents', 'see'],
  ['GET', '/api/v1/incidents/:id', 'see'],
  ['POST', '/api/v1/incidents/:id/acknowledge', 'supervise'],
  ['POST', '/api/v1/incidents/:id/note', 'supervise'],
  ['GET', '/api/v1/outages', 'see'],
  ['GET', '/api/v1/outages/summary', 'report'],
  ['GET', '/api/v1/dispatch', 'see'],
  ['GET', '/api/v1/schedule', 'see'],
  ['PUT', '/api/v1/schedule/days', 'supervise'],
  ['DELETE', '/api/v1/schedule/days', 'supervise'],
  ['POST', '/api/v1/schedule/emergencies', 'supervise'],
  ['DELETE', '/api/v1/schedule/emergencies', 'supervise'],
  ['GET', '/api/v1/rejects', 'see'],
  ['GET', '/api/v1/quarantine', 'see'],
  ['GET', '/api/v1/alarms', 'see'],
  ['GET', '/api/v1/alarms/:id', 'see'],
  ['POST', '/api/v1/alarms/:id/acknowledge', 'respond'],
  ['POST', '/api/v1/alarms/:id/shelve', 'respond'],
  ['POST', '/api/v1/alarms/:id/unshelve', 'respond'],
  ['POST', '/api/v1/alarms/:id/reset', 'respond'],
  ['POST', '/api/v1/alarms/:id/out-of-service', 'supervise'],
  ['POST', '/api/v1/alarms/:id/return', 'supervise'],
  ['GET', '/api/v1/session', 'public'],
  ['POST', '/api/v1/session', 'public'],
  ['DELETE', '/api/v1/session', 'signed_in'],
  ['POST', '/api/v1/session/passkey/options', 'public'],
  ['POST', '/api/v1/session/passkey', 'public'],
  ['POST', '/api/v1/setup', 'public'],
  ['POST', '/api/v1/link', 'public'],
  ['POST', '/api/v1/session/kiosk', 'public'],
  ['GET', '/auth/oidc', 'public'],
  ['GET', '/auth/oidc/callback', 'public'],
  ['GET', '/api/v1/account', 'signed_in'],
  ['POST', '/api/v1/account/password', 'signed_in'],
  ['DELETE', '/api/v1/account/sessions/:id', 'signed_in'],
  ['POST', '/api/v1/account/totp', 'signed_in'],
  ['POST', '/api/v1/account/totp/confirm', 'signed_in'],
  ['POST', '/api/v1/account/totp/remove', 'signed_in'],
  ['POST', '/api/v1/account/passkeys/options', 'signed_in'],
  ['POST', '/api/v1/account/passkeys', 'signed_in'],
  ['DELETE', '/api/v1/account/passkeys/:id', 'signed_in'],
  ['GET', '/api/v1/accounts', 'administer'],
  ['POST', '/api/v1/accounts', 'administer'],
  ['PATCH', '/api/v1/accounts/:name', 'administer'],
  ['DELETE', '/api/v1/accounts/:name', 'administer'],
  ['POST', '/api/v1/accounts/:name/link', 'administer'],
  ['POST', '/api/v1/accounts/:name/sign-out', 'administer'],
  ['POST', '/api/v1/accounts/:name/remove-second-factor', 'administer'],
  ['GET', '/api/v1/tokens', 'administer'],
  ['POST', '/api/v1/tokens', 'administer'],
  ['DELETE', '/api/v1/tokens/:id', 'administer'],
];

const JSON_ALONE = ['application/json'];

/** What a success of these may be written in. */
const OTHER_FORMS: Readonly<Record<string, readonly string[]>> = {
  '/metrics': ['text/plain'],
  '/api/v1/outages': ['application/json', 'text/csv'],
  '/auth/oidc': ['text/plain'],
  '/auth/oidc/callback': ['text/plain'],
};

/** They send the browser elsewhere. */
const REDIRECTS: readonly string[] = ['/auth/oidc', '/auth/oidc/callback'];

test.each(ROUTES)('%s %s needs %s', (method, url, needs) => {
  expect(registered).toContainEqual({ method, url, needs });
});

test('there is no route beside the table, the page and the documentation', () => {
  const known = new Set(ROUTES.map(([method, url]) => `${method} ${url}`));
  const others = registered
    .filter(({ method, url }) => method !== 'HEAD' && !known.has(`${method} ${url}`))
    .map(({ method, url }) => `${method} ${url}`);
  expect(others).toEqual(['GET /docs']);
});

test('a route that declares nothing that it needs stops the start', async () => {
  const bare = Fastify();
  guardAccess(bare, createTestServer().access.access);
  bare.get('/open', () => 'anybody');
  await expect(bare.ready()).rejects.toThrow('/open declares nothing that it needs');
});

describe('/docs', () => {
  test('lists exactly the routes that there are', () => {
    const listed = Object.entries(document.paths).flatMap(([url, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${url}`),
    );
    const expected = ROUTES.map(
      ([method, url]) => `${method} ${url.replaceAll(/:([a-z]+)/g, '{$1}')}`,
    );
    expect(listed.toSorted()).toEqual(expected.toSorted());
    expect(document.openapi).toMatch(/^3\./);
  });

  test.each(ROUTES)('%s %s says what it is for, answers and needs', (method, url, role) => {
    const path = url.replaceAll(/:([a-z]+)/g, '{$1}');
    const operation = document.paths[path]?.[method.toLowerCase()];
    expect(operation?.summary).toEqual(expect.any(String));
    expect(operation?.description).toContain(role);
    const success = REDIRECTS.includes(url) ? '302' : '200';
    for (const status of [success, '4XX', '5XX']) {
      const types = status === success ? (OTHER_FORMS[url] ?? JSON_ALONE) : JSON_ALONE;
      const content = operation?.responses[status]?.content ?? {};
      expect(Object.keys(content), status).toEqual(types);
      for (const type of types) {
        expect(Object.keys(content[type]?.schema ?? {}), status).toContain('type');
      }
    }
    const inPath = operation?.parameters?.filter((one) => one.in === 'path') ?? [];
    expect(inPath).toHaveLength(url.split(':').length - 1);
    if (['POST', 'PUT', 'PATCH'].includes(method)) expect(operation?.requestBody).toBeDefined();
  });

  test('gives times as text, as they leave', () => {
    const schema =
      document.paths['/api/v1/devices/{site}/{device}']?.get?.responses['200']?.content?.[
        'application/json'
      ]?.schema;
    expect(schema).toMatchObject({
      properties: { lastSeen: { type: 'string', format: 'date-time' } },
    });
  });

  test('is served without the page being built, and says how to build it', async () => {
    const page = await server.inject('/');
    expect([page.statusCode, page.body]).toEqual([503, expect.stringContaining('npm run build')]);
  });
});

test.each(ROUTES)('%s %s is in docs/contract.md', async (method, url) => {
  const contract = await readFile(
    resolve(import.meta.dirname, '../../../docs/contract.md'),
    'utf8',
  );
  const path = url.replace('/api/v1', '').replaceAll(/:([a-z]+)/g, '{$1}');
  const rows = contract.split('\n').filter((line) => line.startsWith(`| \`${method} `));
  expect(rows.some((row) => row.split(' | ')[0]?.includes(path))).toBe(true);
});
