import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestServer } from '../../support/http-server.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

let folder: TempFolder;
let server: ReturnType<typeof createTestServer>['server'];

beforeAll(async () => {
  folder = await tempFolder('page');
  await mkdir(join(folder.path, 'assets'));
  await writeFile(join(folder.path, 'index.html'), '<!doctype html><p>the page');
  await writeFile(join(folder.path, 'assets', 'index-abc.js'), 'run()');
  const made = createTestServer({ webRoot: folder.path });
  made.access.access.mode = () => 'accounts';
  made.access.access.principal = () => undefined;
  server = made.server;
});

afterAll(async () => {
  await server?.close();
  await folder?.remove();
});

describe('whoever is not signed in yet', () => {
  test.each(['/', '/setup', '/link', '/sign-in', '/kiosk', '/setup?x=1'])(
    'is given the page at %s, never kept and with its policy',
    async (url) => {
      const { statusCode, body, headers } = await server.inject(url);
      expect([statusCode, body]).toEqual([200, '<!doctype html><p>the page']);
      expect(headers['cache-control']).toBe('no-cache');
      expect(headers['content-security-policy']).toContain("default-src 'none'");
    },
  );

  test('is given what the page is made of, kept for good', async () => {
    const { statusCode, headers } = await server.inject('/assets/index-abc.js');
    expect(statusCode).toBe(200);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test.each(['/setup/more', '/sign-in/', '/docs', '/../package.json', '/.env'])(
    'is given nothing at %s',
    async (url) => {
      const { statusCode, body } = await server.inject(url);
      expect([401, 404]).toContain(statusCode);
      expect(body).not.toContain('the page');
    },
  );
});
