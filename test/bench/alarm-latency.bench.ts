import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { expect, test } from 'vitest';
import { openBrowser } from '../support/chromium.ts';
import { startInfluxd } from '../support/influxd.ts';
import { startMonitor } from '../support/monitor.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { upsPayload } from '../support/telemetry.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeTopology } from '../support/topology.ts';
import { startBackgroundLoad } from './background-load.ts';
import { percentile, report } from './figures.ts';

const PAGE_ALARMS = 50;

/** Runs in the page: notes when each alarm appears in the DOM, by the wall clock. */
const NOTE_ALARMS = `
  window.alarmTimes = {};
  new MutationObserver(() => {
    for (const element of document.querySelectorAll('[data-alarm]')) {
      window.alarmTimes[element.dataset.alarm] ??= Date.now();
    }
  }).observe(document.body, { childList: true, subtree: true });
`;

async function setUp(sites: number) {
  const broker = await startMosquitto();
  const influxd = await startInfluxd();
  const folder = await tempFolder('bench');
  const config = join(folder.path, 'svitlo.yaml');
  await writeTopology(config, sites);
  const monitor = await startMonitor({
    SVITLO_MQTT_URL: broker.url,
    SVITLO_INFLUX_URL: `${influxd.url}/svitlo`,
    SVITLO_CONFIG: config,
  });
  const load = await startBackgroundLoad(broker.url, 1000);
  const publisher = await connectAsync(broker.url, { protocolVersion: 5 });
  for (let site = 1; site <= sites; site += 1) {
    await publisher.publishAsync(topicOf(site), upsPayload(Date.now()), { qos: 1 });
  }
  const tearDown = async () => {
    const { perSecond } = await load.stop();
    await publisher.endAsync();
    await monitor[Symbol.asyncDispose]();
    await broker[Symbol.asyncDispose]();
    await influxd[Symbol.asyncDispose]();
    await folder.remove();
    return perSecond;
  };
  return { monitor, publisher, tearDown };
}

const topicOf = (site: number) => `svitlo/v1/site-${site}/ups/ups-1/telemetry`;
const idOf = (site: number) => `site-${site}.ups-1.UPS_ON_BATTERY`;

test('a power loss becomes visible in the page', async () => {
  const { monitor, publisher, tearDown } = await setUp(PAGE_ALARMS);
  const browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(monitor.url);
  await page.waitForSelector('[data-site="site-1"]');
  await page.evaluate(NOTE_ALARMS);
  const publishedAt: number[] = [];
  for (let site = 1; site <= PAGE_ALARMS; site += 1) {
    publishedAt[site] = Date.now();
    publisher.publish(topicOf(site), upsPayload(Date.now(), 'OB DISCHRG', 1), { qos: 1 });
    await sleep(150 + (site % 7));
  }
  await sleep(1000);
  const times = await page.evaluate<Record<string, number>>('window.alarmTimes');
  await browser.close();
  const load = await tearDown();
  const latencies = Array.from({ length: PAGE_ALARMS }, (_, index) => {
    return (times[idOf(index + 1)] ?? Number.NaN) - (publishedAt[index + 1] ?? 0);
  });
  expect(latencies.filter(Number.isNaN)).toEqual([]);
  report('alarm → DOM, ms', {
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    max: percentile(latencies, 1),
    'load msg/s': load,
  });
});
