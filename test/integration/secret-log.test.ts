import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Monitor, startMonitor } from '../support/monitor.ts';
import { untilDependency } from '../support/monitor-api.ts';
import { type RawBroker, startRawBroker } from '../support/raw-broker.ts';
import { runCommand } from '../support/run-command.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

/** Every secret of these tests holds it, so that one search finds whichever leaks. */
const MARK = 'hunter2secret';
const LEAK = new RegExp(`${MARK}|${Buffer.from(`svitlo:${MARK}`).toString('base64').slice(0, 16)}`);
const BAD_USER_OR_PASSWORD = 134;

describe('a monitor whose every login fails, at the finest level of its log', () => {
  let broker: RawBroker;
  let monitor: Monitor;
  /** A store that refuses, and repeats what it was sent. */
  const store = createServer((request, response) => {
    const error = `refused ${request.headers.authorization} at http://svitlo:${MARK}@store${request.url}`;
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error }));
  });

  beforeAll(async () => {
    broker = await startRawBroker({ connectReason: BAD_USER_OR_PASSWORD });
    store.listen(0, '127.0.0.1');
    await once(store, 'listening');
    const { port } = store.address() as AddressInfo;
    const settings = {
      SVITLO_LOG_LEVEL: 'trace',
      SVITLO_MQTT_URL: broker.url.replace('mqtt://', `mqtt://svitlo:${MARK}@`),
      SVITLO_INFLUX_URL: `http://svitlo:${MARK}@127.0.0.1:${port}/svitlo`,
      SVITLO_SMTP_URL: `smtp://svitlo:${MARK}@127.0.0.1:9`,
      SVITLO_OIDC_CLIENT_SECRET: MARK,
      SVITLO_MQTT_PASSWORD: MARK,
    };
    monitor = await startMonitor(settings, '/healthz');
    await untilDependency(monitor, 'store', 'unauthorized');
    await until(() => broker.connections() >= 2, { what: 'the broker to refuse twice' });
  });

  afterAll(async () => {
    await monitor?.[Symbol.asyncDispose]();
    await broker?.[Symbol.asyncDispose]();
    store.close();
  });

  const headers = {
    authorization: `Bearer ${MARK}`,
    cookie: `svitlo=${MARK}; __Host-svitlo=${MARK}`,
    'x-svitlo-csrf': MARK,
    'content-type': 'application/json',
  };
  const alarm = '/api/v1/alarms/a/acknowledge';
  const session = '/api/v1/session';

  test.each([
    ['a sign-in', session, { name: 'olena', password: MARK, code: MARK }],
    ['a body that does not fit', alarm, { password: MARK, token: MARK }],
    ['a body that is no JSON', alarm, `{"password": "${MARK}`],
    ['a body that poisons', alarm, `{"__proto__": {"token": "${MARK}"}}`],
    ['a body too large', alarm, JSON.stringify({ password: MARK.repeat(10_000) })],
    ['a link', `/link?token=${MARK}`, {}],
  ])('says nothing of what stands in %s', async (_, path, body) => {
    for (const more of [{}, { accept: 'text/html' }, { origin: `http://${MARK}.example` }]) {
      const answer = await fetch(`${monitor.url}${path}`, {
        method: 'POST',
        headers: { ...headers, ...more },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
    const page = get(`${monitor.url}/nowhere?token=${MARK}`, {
      headers: { ...headers, accept: 'text/html' },
    });
    const [answer] = await once(page, 'response');
    answer.resume();
    expect(answer.statusCode).toBe(404);
  });

  test('nor in what is no request at all', async () => {
    const socket = connect(monitor.port, '127.0.0.1');
    socket.write(`GET / HTTP/1.1\r\nAuthorization: Bearer ${MARK}\r\nbroken ${MARK}\r\n\r\n`);
    socket.resume();
    await once(socket, 'close');
  });

  test('and none of it is in the log, to the end', async () => {
    expect(await monitor.stop()).toBe(0);
    const output = monitor.output();
    expect(output).toContain('http: a page was refused');
    expect(output).toContain('127.0.0.1');
    expect(output).not.toMatch(LEAK);
  });
});

test.each([
  ['SVITLO_MQTT_URL', `http://svitlo:${MARK}@127.0.0.1`],
  ['SVITLO_INFLUX_URL', `http://svitlo:${MARK}@127.0.0.1:port`],
  ['SVITLO_SMTP_URL', `smtp//svitlo:${MARK}@127.0.0.1`],
  ['SVITLO_PUBLIC_URL', `ftp://svitlo:${MARK}@127.0.0.1`],
])('a start that a wrong %s stops says what is wrong without its password', async (name, value) => {
  const folder = await tempFolder('secret');
  const { status, stderr, stdout } = await runCommand(
    process.execPath,
    [resolve(import.meta.dirname, '../../src/main.ts')],
    { cwd: folder.path, env: { SVITLO_HTTP_PORT: '0', SVITLO_BROKER_PORT: '0', [name]: value } },
  );
  await folder.remove();
  expect(status).toBe(78);
  expect(stderr).toContain(`${name}: expected`);
  expect(stderr + stdout).not.toMatch(LEAK);
});
