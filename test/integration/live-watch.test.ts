import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { IN_FLIGHT } from '../../collectors/mqtt/connect-options.ts';
import { connectDevice, recentTimes } from '../support/device.ts';
import { startInfluxd } from '../support/influxd.ts';
import { startMonitor } from '../support/monitor.ts';
import { activeAlarms, untilDependency } from '../support/monitor-api.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { upsPayload } from '../support/telemetry.ts';
import { until } from '../support/wait.ts';

/** More than the broker sends ahead of the acknowledgements. */
const PAST_THE_WINDOW = IN_FLIGHT + 500;

test('a power cut is alarmed while nothing can be stored and the broker holds everything back', async () => {
  await using broker = await startMosquitto();
  await using influxd = await startInfluxd();
  await using monitor = await startMonitor({
    SVITLO_MQTT_URL: broker.url,
    SVITLO_INFLUX_URL: `${influxd.url}/svitlo`,
    SVITLO_LOG_LEVEL: 'info',
  });
  await using device = await connectDevice({ url: broker.url });
  await using other = await connectDevice({
    url: broker.url,
    address: 'svitlo/v1/site-2/ups/ups-1',
  });
  const spool = new DatabaseSync(join(monitor.dataDir, 'spool.db'));
  spool.exec(
    "CREATE TRIGGER refuse BEFORE INSERT ON batch BEGIN SELECT RAISE(ABORT, 'disk full'); END",
  );
  const times = recentTimes(PAST_THE_WINDOW);
  await device.sendAll(times);
  await untilDependency(monitor, 'spool', 'failing');
  await until(() => monitor.output().includes('watched beside the backlog'), {
    what: 'the live watch',
  });
  const cutAt = Date.now();
  await until(
    async () => {
      await other.send(upsPayload(Date.now(), 'OB DISCHRG'));
      return (await activeAlarms(monitor)).includes('site-2.ups-1.UPS_ON_BATTERY UNACK');
    },
    { what: 'the alarm' },
  );
  spool.exec('DROP TRIGGER refuse');
  spool.close();
  await until(
    async () => {
      await other.send(upsPayload(Date.now(), 'OB DISCHRG'));
      return monitor.output().includes('the backlog has been read');
    },
    { what: 'the end of the watch' },
  );
  const stored = async (site: string) =>
    (await influxd.query('svitlo', `SELECT "ups.load" FROM ups WHERE site = '${site}'`)).map(
      ({ time }) => Number(time),
    );
  await until(async () => (await stored('site-1')).length === times.length, { what: 'all points' });
  expect(await stored('site-1')).toEqual(times);
  expect((await stored('site-2'))[0]).toBeGreaterThanOrEqual(cutAt);
});
