import { EventEmitter, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { limitConnections } from '../../src/adapters/http/connection-limit.ts';
import { writeCertificate } from '../support/certificate.ts';
import { openLive } from '../support/live-client.ts';
import { startMonitor } from '../support/monitor.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

const sockets: Socket[] = [];
let server: Server;

function begin(made: Server, limits: { most?: number; mostOfOne?: number; proxy?: string }) {
  server = made;
  const { proxy, ...rest } = limits;
  limitConnections(server, { ...rest, isProxy: (address) => address === proxy });
  server.listen(0, '127.0.0.1');
  return once(server, 'listening');
}

const answering = () => createServer((_request, response) => response.end('here'));

beforeEach(() => {
  sockets.length = 0;
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  if (server?.listening) await new Promise((done) => server.close(done));
});

interface Opened {
  socket: Socket;
  /** Whether the other side has ended it. */
  isEnded(): boolean;
  ask(): Promise<string>;
}

async function open(localAddress = '127.0.0.1', port = (server.address() as AddressInfo).port) {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  sockets.push(socket);
  let isEnded = false;
  let answer = '';
  socket.on('close', () => {
    isEnded = true;
  });
  socket.on('error', () => {});
  socket.setEncoding('utf8').on('data', (text) => {
    answer += text;
  });
  await new Promise((done) => socket.once('connect', done).once('close', done));
  const opened: Opened = {
    socket,
    isEnded: () => isEnded,
    ask: async () => {
      answer = '';
      socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await until(() => isEnded || answer !== '', { what: 'an answer or the end' });
      return isEnded ? 'ended' : answer.slice(9, 12);
    },
  };
  return opened;
}

describe('connections of one address', () => {
  test('beyond the limit are ended at once, those within go on', async () => {
    await begin(answering(), { mostOfOne: 3 });
    const within = [await open(), await open(), await open()];
    const beyond = [await open(), await open()];
    for (const one of beyond) expect(await one.ask()).toBe('ended');
    for (const one of within) expect(await one.ask()).toBe('200');
  });

  test('leave other addresses their own', async () => {
    await begin(answering(), { mostOfOne: 1 });
    await open('127.0.0.2');
    expect(await (await open('127.0.0.2')).ask()).toBe('ended');
    expect(await (await open('127.0.0.3')).ask()).toBe('200');
  });

  test('make room when they end', async () => {
    await begin(answering(), { mostOfOne: 1 });
    const first = await open();
    expect(await (await open()).ask()).toBe('ended');
    first.socket.destroy();
    await until(async () => (await (await open()).ask()) === '200', { what: 'room for another' });
  });

  test('count as long as they last where they were upgraded', async () => {
    const upgrading = answering();
    upgrading.on('upgrade', (_request, socket: Socket) => {
      sockets.push(socket);
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    });
    await begin(upgrading, { mostOfOne: 1 });
    const first = await open();
    first.socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    await once(first.socket, 'data');
    expect(await (await open()).ask()).toBe('ended');
    expect(first.isEnded()).toBe(false);
  });

  test('that is a named proxy are held by the limit of all alone', async () => {
    await begin(answering(), { most: 4, mostOfOne: 1, proxy: '127.0.0.9' });
    for (let count = 0; count < 4; count += 1) {
      expect(await (await open('127.0.0.9')).ask()).toBe('200');
    }
    expect(await (await open('127.0.0.9')).ask()).toBe('ended');
  });
});

test('connections of one IPv6 subscriber (/64) count together', () => {
  const net = new EventEmitter();
  const taken: string[] = [];
  net.on('connection', ({ remoteAddress }: Socket) => taken.push(`${remoteAddress}`));
  limitConnections(net as unknown as Server, { mostOfOne: 1, isProxy: () => false });
  const addresses = ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:db8:1:3::1'];
  for (const remoteAddress of [...addresses, '::ffff:192.0.2.1', '192.0.2.1', '192.0.2.2']) {
    const socket = { remoteAddress, resetAndDestroy: () => {} };
    net.emit('connection', Object.assign(new EventEmitter(), socket));
  }
  expect(taken).toEqual(['2001:db8:1:2::1', '2001:db8:1:3::1', '::ffff:192.0.2.1', '192.0.2.2']);
});

test('connections of all addresses together are held by a limit, too', async () => {
  await begin(answering(), { most: 2 });
  expect(await (await open('127.0.0.2')).ask()).toBe('200');
  expect(await (await open('127.0.0.3')).ask()).toBe('200');
  expect(await (await open('127.0.0.4')).ask()).toBe('ended');
});

test('over TLS what is beyond is ended before the handshake', async () => {
  const folder = await tempFolder('limit');
  const files = { cert: join(folder.path, 'cert.pem'), key: join(folder.path, 'key.pem') };
  await writeCertificate(files, 'limit');
  const pair = { cert: await readFile(files.cert), key: await readFile(files.key) };
  const secure = createTlsServer(pair, (_request, response) => response.end('here'));
  await begin(secure as unknown as Server, { mostOfOne: 2 });
  const { port } = secure.address() as AddressInfo;
  const shake = async () => {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    sockets.push(socket);
    return new Promise((done) => {
      socket.once('secureConnect', () => done('secure'));
      socket.once('error', () => done('ended'));
    });
  };
  expect([await shake(), await shake(), await shake(), await shake()]).toEqual([
    'secure',
    'secure',
    'ended',
    'ended',
  ]);
  await folder.remove();
});

test('a monitor with all the sockets that one address may have still answers others', async () => {
  await using monitor = await startMonitor();
  using live = await openLive(monitor.url);
  const many = await Promise.all(
    Array.from({ length: 300 }, () => open('127.0.0.7', monitor.port)),
  );
  await until(() => many.filter((one) => one.isEnded()).length >= 44, {
    what: 'what is beyond 256 to be ended',
  });
  expect((await fetch(`${monitor.url}/healthz`)).status).toBe(200);
  expect(await live.watch({ sites: ['*'], detail: 'summary' })).toMatchObject({ ok: true });
});
