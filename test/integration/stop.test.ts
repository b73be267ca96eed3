import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { connectAsync } from 'mqtt';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { openLive } from '../support/live-client.ts';
import { startMonitor } from '../support/monitor.ts';
import { upsPayload } from '../support/telemetry.ts';

test('SIGTERM ends a monitor that nobody is connected to with status 0', async () => {
  await using monitor = await startMonitor();
  expect(await monitor.stop()).toBe(0);
});

test('SIGTERM ends it with status 0 with pages, devices and half a request at it', async () => {
  const brokerPort = await freePort();
  await using monitor = await startMonitor({ SVITLO_BROKER_PORT: `${brokerPort}` });
  using page = await openLive(monitor.url);
  await page.watch({ sites: ['*'], detail: 'full' });

  const device = await connectAsync(`mqtt://127.0.0.1:${brokerPort}`, {
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  device.on('error', () => undefined);
  const topic = 'svitlo/v1/krakivets/ups/ups-1/telemetry';
  await device.publishAsync(topic, upsPayload(Date.now(), 'OB'), { qos: 1 });

  const agent = new Agent({ keepAlive: true });
  const answered = new Promise<void>((resolve, reject) => {
    get(`${monitor.url}/healthz`, { agent }, (answer) => {
      answer.resume().once('end', resolve);
    }).once('error', reject);
  });
  await answered;

  const half = connect(monitor.port, '127.0.0.1');
  half.on('error', () => undefined);
  half.write(
    'POST /api/v1/alarms/a/acknowledge HTTP/1.1\r\nHost: localhost\r\n' +
      'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
  );
  await once(half, 'ready').catch(() => undefined);

  expect(await monitor.stop()).toBe(0);
  expect(monitor.output()).not.toContain('broken invariant');
  half.destroy();
  agent.destroy();
  await device.endAsync(true);
});
