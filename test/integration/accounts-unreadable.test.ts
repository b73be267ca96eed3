import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { startMonitor } from '../support/monitor.ts';
import { upsPayload } from '../support/telemetry.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('a monitor whose accounts are damaged takes telemetry, and lets nobody in', async () => {
  await using folder = await tempFolder('unreadable');
  await writeFile(join(folder.path, 'accounts.db'), randomBytes(8192), { mode: 0o600 });
  const port = await freePort();
  const settings = { SVITLO_DATA_DIR: folder.path, SVITLO_BROKER_PORT: `${port}` };
  await using monitor = await startMonitor(settings, '/healthz');
  const device = await connectAsync(`mqtt://127.0.0.1:${port}`);
  // Its PUBACK says that the point is on disk and its alarms are in the journal.
  const payload = upsPayload(Date.now(), 'OB DISCHRG', 1);
  await device.publishAsync('svitlo/v1/krakivets/ups/ups-1/telemetry', payload, { qos: 1 });
  await device.endAsync();
  const readiness = await fetch(`${monitor.url}/readyz`);
  expect(readiness.status).toBe(503);
  expect(await readiness.json()).toMatchObject({
    isReady: false,
    dependencies: {
      journal: { isReady: true },
      accounts: { isReady: false, state: 'unreadable' },
    },
  });
  expect((await fetch(`${monitor.url}/api/v1/sites`)).status).toBe(401);
  const signIn = await fetch(`${monitor.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'olena', password: 'correct horse battery staple' }),
  });
  expect([signIn.status, await signIn.json()]).toMatchObject([
    503,
    { code: 'SVT_ACCOUNTS_FAILED' },
  ]);
});
