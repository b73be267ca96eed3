import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestServer } from '../../support/http-server.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

const headers = { host: 'localhost', origin: 'http://localhost' };
let folder: TempFolder;
let server: ReturnType<typeof createTestServer>['server'];

beforeAll(async () => {
  folder = await tempFolder('answer-form');
  await mkdir(join(folder.path, 'assets'));
  for (const name of ['index.html', 'favicon.svg', 'assets/a.js', 'assets/a.css']) {
    await writeFile(join(folder.path, name), ' ');
  }
  server = createTestServer({ webRoot: folder.path }).server;
});

afterAll(async () => {
  await server?.close();
  await folder?.remove();
});

describe('whatever is text says in which characters', () => {
  test.each([
    '/',
    '/assets/a.js',
    '/assets/a.css',
    '/favicon.svg',
    '/docs',
    '/healthz',
    '/api/v1/sites',
    '/api/v1/outages?format=csv',
    '/nowhere',
    '/%ff',
  ])('%s', async (url) => {
    const { headers: answered } = await server.inject({ url, headers });
    expect(answered['content-type']).toMatch(
      /^(text\/|application\/(json|javascript)|image\/svg\+xml).*; ?charset=utf-8$/,
    );
  });

  test('a person’s problem page, and a page that is not built yet', async () => {
    const accept = { ...headers, accept: 'text/html' };
    const { server: empty } = createTestServer();
    for (const [one, url] of [
      [server, '/nowhere'],
      [empty, '/'],
    ] as const) {
      const { headers: answered } = await one.inject({ url, headers: accept });
      expect(answered['content-type']).toMatch(/^text\/.*; ?charset=utf-8$/);
    }
    await empty.close();
  });
});

test.each(['/', '/api/v1/sites', '/nowhere'])(
  '%s is no other origin’s to read, whatever it says of itself',
  async (url) => {
    for (const method of ['GET', 'OPTIONS'] as const) {
      const answer = await server.inject({ method, url, headers });
      const names = Object.keys(answer.headers);
      expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  },
);

test.each(['/', '/api/v1/sites'])('TRACE %s gives nothing back', async (url) => {
  const secret = { ...headers, cookie: 'a=of-somebody' };
  const { statusCode, body } = await server.inject({ method: 'TRACE', url, headers: secret });
  expect(statusCode).toBe(404);
  expect(body).not.toContain('of-somebody');
});

test.each(['/assets', '/assets/', '/api/v1/', '/.git/config'])('%s lists nothing', async (url) => {
  const { statusCode, body } = await server.inject({ url, headers });
  expect(statusCode).toBe(404);
  expect(body).not.toContain('a.js');
});
