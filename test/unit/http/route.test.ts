import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guardAccess } from '../../../src/adapters/http/access.ts';
import { type Role, roleSchema } from '../../../src/contract/http.ts';
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
  role: Role | undefined;
}

const { server } = createTestServer();
const registered: Registered[] = [];
server.addHook('onRoute', ({ method, url, config }) => {
  for (const one of [method].flat()) registered.push({ method: one, url, role: config?.role });
});
let document: Document;

beforeAll(async () => {
  await server.ready();
  document = (await server.inject('/docs')).json() as Document;
});

afterAll(() => server.close());

/** Everything there is, with the role it needs: a new route is added here. */
const ROUTES: readonly [method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, role: Role][] = [
  ['GET', '/healthz', 'viewer'],
  ['GET', '/readyz', 'viewer'],
  ['GET', '/metrics', 'viewer'],
  ['GET', '/api/v1/sites', 'viewer'],
  ['GET', '/api/v1/devices', 'viewer'],
  ['GET', '/api/v1/devices/:site/:device', 'viewer'],
  ['GET', '/api/v1/devices/:site/:device/series', 'viewer'],
  ['GET', '/api/v1/metrics', 'viewer'],
  ['GET', '/api/v1/regions', 'viewer'],
  ['GET', '/api/v1/incidents', 'viewer'],
  ['GET', '/api/v1/incidents/:id', 'viewer'],
  ['POST', '/api/v1/incidents/:id/acknowledge', 'technician'],
  ['POST', '/api/v1/incidents/:id/note', 'technician'],
  ['GET', '/api/v1/outages', 'viewer'],
  ['GET', '/api/v1/outages/summary', 'viewer'],
  ['GET', '/api/v1/dispatch', 'viewer'],
  ['GET', '/api/v1/schedule', 'viewer'],
  ['PUT', '/api/v1/schedule/days', 'supervisor'],
  ['DELETE', '/api/v1/schedule/days', 'supervisor'],
  ['POST', '/api/v1/schedule/emergencies', 'supervisor'],
  ['DELETE', '/api/v1/schedule/emergencies', 'supervisor'],
  ['GET', '/api/v1/rejects', 'viewer'],
  ['GET', '/api/v1/quarantine', 'viewer'],
  ['GET', '/api/v1/alarms', 'viewer'],
  ['GET', '/api/v1/alarms/:id', 'viewer'],
  ['POST', '/api/v1/alarms/:id/acknowledge', 'technician'],
  ['POST', '/api/v1/alarms/:id/shelve', 'technician'],
  ['POST', '/api/v1/alarms/:id/unshelve', 'technician'],
  ['POST', '/api/v1/alarms/:id/reset', 'technician'],
  ['POST', '/api/v1/alarms/:id/out-of-service', 'supervisor'],
  ['POST', '/api/v1/alarms/:id/return', 'supervisor'],
];

const JSON_ALONE = ['application/json'];

/** What a success of these may be written in. */
const OTHER_FORMS: Readonly<Record<string, readonly string[]>> = {
  '/metrics': ['text/plain'],
  '/api/v1/outages': ['application/json', 'text/csv'],
};

test.each(ROUTES)('%s %s needs the role %s', (method, url, role) => {
  expect(registered).toContainEqual({ method, url, role });
});

test('there is no route beside the table, the page and the documentation', () => {
  const known = new Set(ROUTES.map(([method, url]) => `${method} ${url}`));
  const others = registered
    .filter(({ method, url }) => method !== 'HEAD' && !known.has(`${method} ${url}`))
    .map(({ method, url }) => `${method} ${url}`);
  expect(others).toEqual(['GET /docs']);
  for (const { role } of registered) expect(roleSchema.options).toContain(role);
});

test('a route that declares no role stops the start', async () => {
  const bare = Fastify();
  guardAccess(bare);
  bare.get('/open', () => 'anybody');
  await expect(bare.ready()).rejects.toThrow('/open declares no role');
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
    for (const status of ['200', '4XX', '5XX']) {
      const types = status === '200' ? (OTHER_FORMS[url] ?? JSON_ALONE) : JSON_ALONE;
      const content = operation?.responses[status]?.content ?? {};
      expect(Object.keys(content), status).toEqual(types);
      for (const type of types) {
        expect(Object.keys(content[type]?.schema ?? {}), status).toContain('type');
      }
    }
    const inPath = operation?.parameters?.filter((one) => one.in === 'path') ?? [];
    expect(inPath).toHaveLength(url.split(':').length - 1);
    if (method === 'POST' || method === 'PUT') expect(operation?.requestBody).toBeDefined();
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
