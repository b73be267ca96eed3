import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { runCommand } from '../support/run-command.ts';

const script = resolve(import.meta.dirname, '../../scripts/audit.ts');

/** Runs the audit against a registry of the test's own, which answers advisories so. */
async function auditWith(status: number, advisories: (name: string) => object | undefined) {
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(404).end('{}');
      return;
    }
    const isZipped = request.headers['content-encoding'] === 'gzip';
    const bytes = await collect(request);
    const asked = JSON.parse(`${isZipped ? gunzipSync(bytes) : bytes}`) as Record<string, string[]>;
    const known = Object.keys(asked).flatMap((name) => {
      const advisory = advisories(name);
      return advisory === undefined ? [] : [[name, [advisory]]];
    });
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(Object.fromEntries(known)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    return await runCommand(process.execPath, [script], {
      env: { npm_config_registry: `http://127.0.0.1:${port}/`, npm_config_fetch_retries: '0' },
    });
  } finally {
    server.close();
  }
}

async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

const nothing = () => undefined;

test('is clean where the registry knows of nothing', async () => {
  const { status, stdout } = await auditWith(200, nothing);
  expect(stdout).toContain('0 known vulnerabilities');
  expect(status).toBe(0);
});

test('names what the registry knows, and fails', async () => {
  const advisory = {
    id: 1,
    url: 'https://example.invalid/1',
    title: 'Planted',
    severity: 'high',
    vulnerable_versions: '>=1.0.0',
  };
  const { status, stderr } = await auditWith(200, (name) =>
    name === 'aedes' ? advisory : undefined,
  );
  expect(stderr).toContain('high: aedes');
  expect(status).toBe(1);
});

test('an answer that does not come is told, and is no clean one', async () => {
  const { status, stdout, stderr } = await auditWith(405, nothing);
  expect(stderr).toContain('could not be checked');
  expect(stdout).not.toContain('0 known');
  expect(status).toBe(2);
});
