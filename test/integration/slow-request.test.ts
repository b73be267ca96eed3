import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLive } from '../support/live-client.ts';
import { type Monitor, startMonitor } from '../support/monitor.ts';

let monitor: Monitor;

beforeAll(async () => {
  monitor = await startMonitor();
});

afterAll(() => monitor?.[Symbol.asyncDispose]());

/** A connection that sends what it is told, and all that it is answered until the end. */
function open(first = '') {
  const socket = connect(monitor.port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (text) => {
    answer += text;
  });
  socket.on('error', () => {});
  if (first !== '') socket.write(first);
  const ended = once(socket, 'close').then(() => answer);
  return { socket, ended };
}

/** Writes a byte a second for as long as the other side keeps the connection. */
async function dribble(socket: Socket, bytes: string): Promise<void> {
  for (const byte of bytes) {
    if (socket.destroyed || !socket.writable) return;
    socket.write(byte);
    await sleep(1000);
  }
}

const POST = `POST /api/v1/alarms/a/acknowledge HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`;

describe.concurrent('what comes too slowly is ended by the monitor', () => {
  test('a head that never ends, a body that never ends, and a socket that asks nothing', async () => {
    const head = open('GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    const body = open(`${POST}{"a":"`);
    const idle = open();
    dribble(head.socket, 'x'.repeat(60));
    dribble(body.socket, 'x'.repeat(60));
    const answers = await Promise.all([head.ended, body.ended, idle.ended]);
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    for (const answer of answers) expect(answer.toLowerCase()).toContain('connection: close');
  });

  test('a connection that has asked once and then keeps still', async () => {
    const { ended } = open('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(await ended).toMatch(/^HTTP\/1\.1 200 .*\{"ok":true\}$/s);
  });

  test('while a page keeps its feed', async () => {
    using live = await openLive(monitor.url);
    await open().ended;
    expect(live.socket.connected).toBe(true);
    expect(await live.watch({ sites: ['*'], detail: 'summary' })).toMatchObject({ ok: true });
  });
});

describe('what is no request is told so, with the headers of every answer', () => {
  test.each([
    ['nonsense', 'nonsense\r\n\r\n', 400],
    ['a head without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
    ],
    [
      'a length and chunks at once',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
  ])('%s', async (_, text, status) => {
    const answer = await open(text).ended;
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain("default-src 'none'");
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      code: 'SVT_BAD_REQUEST',
    });
  });

  test('a body beyond the limit ends unread', async () => {
    const length = 50_000_000;
    const head = POST.replace('1000', `${length}`).replace(
      '\r\n\r\n',
      '\r\nConnection: close\r\n\r\n',
    );
    const { socket, ended } = open(head);
    expect(await ended).toMatch(/^HTTP\/1\.1 413 .*SVT_TOO_LARGE/s);
    expect(socket.bytesWritten).toBeLessThan(length);
  });
});
