import { expect, test } from 'vitest';
import { connectDevice, recentTimes } from '../support/device.ts';
import { startInfluxd } from '../support/influxd.ts';
import { startMonitor } from '../support/monitor.ts';
import { dependency, untilDependency } from '../support/monitor-api.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { until } from '../support/wait.ts';

test('a field of another type stands in quarantine with the reason, and all others are stored', async () => {
  await using broker = await startMosquitto();
  await using influxd = await startInfluxd();
  await influxd.query('svitlo', 'CREATE DATABASE svitlo');
  const earlier = `ups,site=site-1,device=ups-1 battery.charge="full" ${Date.now() - 1000}`;
  await fetch(`${influxd.url}/write?db=svitlo&precision=ms`, { method: 'POST', body: earlier });
  await using monitor = await startMonitor({
    SVITLO_MQTT_URL: broker.url,
    SVITLO_INFLUX_URL: `${influxd.url}/svitlo`,
  });
  await using device = await connectDevice({ url: broker.url });
  await using other = await connectDevice({
    url: broker.url,
    address: 'svitlo/v1/site-1/ups/ups-2',
  });
  const times = recentTimes(20);
  for (const ts of times) {
    await device.send(JSON.stringify({ ts, 'battery.charge': 50 }));
    await other.send(JSON.stringify({ ts, 'ups.load': 40 }));
  }
  await untilDependency(monitor, 'store', 'field_type_conflict');
  const loads = () => influxd.query('svitlo', 'SELECT "ups.load" FROM ups');
  await until(async () => (await loads()).length === times.length, { what: 'the good points' });
  const kept = async () => {
    const answer = await fetch(`${monitor.url}/api/v1/quarantine`);
    return (await answer.json()) as { reason: string; line: string }[];
  };
  await until(async () => (await kept()).length === times.length, { what: 'the bad points' });
  const [newest] = await kept();
  expect(newest?.reason).toContain('field type conflict');
  expect(newest?.line).toBe(`ups,site=site-1,device=ups-1 battery.charge=50 ${times.at(-1)}`);
  expect(await dependency(monitor, 'store')).toMatchObject({ isReady: true });
  expect((await fetch(`${monitor.url}/readyz`)).status).toBe(200);
  const told = monitor.output().match(/store: refuses points/g) ?? [];
  expect(told).toHaveLength(1);
});
