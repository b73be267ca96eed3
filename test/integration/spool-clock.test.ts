import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { steppedClock } from '../support/clock-offset.ts';
import { connectDevice } from '../support/device.ts';
import { freePort } from '../support/free-port.ts';
import { startMonitor } from '../support/monitor.ts';
import { dependency, findDevice } from '../support/monitor-api.ts';
import { upsPayload } from '../support/telemetry.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

/** Twice as long as points may wait. */
const STEP_MS = 60 * 86_400_000;

test('points from before the clock was set hold no acknowledgement back', async () => {
  await using folder = await tempFolder('clock');
  const clock = steppedClock(folder.path);
  const port = await freePort();
  await using monitor = await startMonitor(
    {
      ...clock.env,
      SVITLO_BROKER_PORT: `${port}`,
      SVITLO_INFLUX_URL: `http://127.0.0.1:${await freePort()}/svitlo`,
    },
    '/healthz',
  );
  await using device = await connectDevice({ url: `mqtt://127.0.0.1:${port}` });
  await device.send(upsPayload(Date.now()));
  clock.set(STEP_MS);
  const truth = Date.now();
  await until(
    async () => {
      await device.send(upsPayload(Date.now() + STEP_MS));
      const { lastSeen = 0 } = (await findDevice(monitor, 'site-1', 'ups-1')) ?? {};
      return Number(new Date(lastSeen)) > truth + STEP_MS / 2;
    },
    { what: 'the monitor to have the new time' },
  );
  // Each thread looks at its clock by itself.
  await sleep(200);
  await device.send(upsPayload(Date.now() + STEP_MS));
  expect(await dependency(monitor, 'spool')).toEqual({ isReady: true, state: 'ok' });
});
