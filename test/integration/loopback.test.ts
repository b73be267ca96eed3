import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { resolve } from 'node:path';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Monitor, startMonitor } from '../support/monitor.ts';
import { runCommand } from '../support/run-command.ts';
import { tempFolder } from '../support/temp-folder.ts';

const main = resolve(import.meta.dirname, '../../src/main.ts');

describe('the start is refused', () => {
  test.each([
    [{ SVITLO_HTTP_HOST: '0.0.0.0' }, 'SVITLO_HTTP_HOST: 0.0.0.0 is beyond loopback'],
    [{ SVITLO_HTTP_HOST: '::' }, 'SVITLO_HTTP_HOST: :: is beyond loopback'],
    [{ SVITLO_HTTP_HOST: '10.0.0.7' }, 'SVITLO_HTTP_HOST: 10.0.0.7 is beyond loopback'],
    [{ SVITLO_TRUSTED_PROXIES: '127.0.0.1' }, 'SVITLO_TRUSTED_PROXIES: '],
  ])('with %j, and says what was expected', async (env, reason) => {
    await using folder = await disposableFolder();
    const { status, stderr } = await runCommand(process.execPath, [main], {
      cwd: folder.path,
      env: { SVITLO_HTTP_PORT: '0', SVITLO_BROKER_PORT: '0', ...env },
    });
    expect(status).toBe(78);
    expect(stderr).toContain(reason);
    expect(stderr).toMatch(/expected (127\.0\.0\.1|it unset)/);
  });
});

async function disposableFolder() {
  const folder = await tempFolder('loopback');
  return { path: folder.path, [Symbol.asyncDispose]: () => folder.remove() };
}

describe('a running monitor', () => {
  let monitor: Monitor;

  beforeAll(async () => {
    monitor = await startMonitor();
  });

  afterAll(() => monitor?.[Symbol.asyncDispose]());

  /** The status line of a request written by hand: clients do not let a `Host` be chosen. */
  function statusOf(...headers: string[]): Promise<number> {
    return statusAt('/api/v1/sites', headers);
  }

  async function statusAt(path: string, headers: readonly string[]): Promise<number> {
    const socket = connect(monitor.port, '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\nConnection: close\r\n\r\n`);
    let answer = '';
    socket.setEncoding('utf8').on('data', (text) => {
      answer += text;
    });
    await once(socket, 'end');
    socket.destroy();
    return Number(answer.split(' ')[1]);
  }

  test('answers a client that names this machine', async () => {
    expect(await statusOf(`Host: 127.0.0.1:${monitor.port}`)).toBe(200);
    expect(await statusOf(`Host: localhost:${monitor.port}`)).toBe(200);
  });

  test('listens on no other address', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of others) {
      await expect(fetch(`http://${address}:${monitor.port}/healthz`)).rejects.toThrow();
    }
  });

  test.each([
    ['another name', ['Host: evil.example']],
    ['the address of every interface', ['Host: 0.0.0.0']],
    ['no name', []],
  ])('refuses a request to %s', async (_, headers) => {
    expect(await statusOf(...headers)).toBeGreaterThanOrEqual(400);
  });

  test.each([
    'X-Forwarded-For: 203.0.113.9',
    'X-Forwarded-For: 127.0.0.1',
    'Forwarded: for=203.0.113.9;host=localhost',
    'Via: 1.1 proxy',
  ])('refuses a request from beyond a proxy (%s)', async (header) => {
    expect(await statusOf(`Host: localhost:${monitor.port}`, header)).toBe(403);
  });

  test('refuses the live feed to another name', async () => {
    const path = '/socket.io/?EIO=4&transport=polling';
    expect(await statusAt(path, ['Host: localhost'])).toBe(200);
    expect(await statusAt(path, ['Host: evil.example'])).toBe(403);
  });

  test('answers the live feed with the headers of every answer', async () => {
    const answer = await fetch(`${monitor.url}/socket.io/?EIO=4&transport=polling`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test.each([
    ['from beyond a proxy', { 'x-forwarded-for': '203.0.113.9' }],
    ['from another page', { origin: 'http://evil.example' }],
  ])('refuses the live feed %s', async (_, extraHeaders) => {
    for (const transport of ['websocket', 'polling']) {
      const socket = io(`${monitor.url}/live`, {
        transports: [transport],
        extraHeaders,
        reconnection: false,
        forceNew: true,
      });
      const outcome = await new Promise((done) => {
        socket.once('connect', () => done('connected'));
        socket.once('connect_error', () => done('refused'));
      });
      socket.disconnect();
      expect(outcome, transport).toBe('refused');
    }
  });
});
