import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../support/chromium.ts';
import { type Influxd, startInfluxd } from '../support/influxd.ts';
import { type Monitor, startMonitor } from '../support/monitor.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { mosquittoPub } from '../support/mosquitto-pub.ts';
import { scannerPayload, upsPayload } from '../support/telemetry.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { writeTopology } from '../support/topology.ts';
import { until } from '../support/wait.ts';

const ALARM = '[data-alarm="site-1.ups-1.UPS_ON_BATTERY"]';
const UPS = '[data-device="site-1/ups-1"]';

let broker: Mosquitto;
let influxd: Influxd;
let monitor: Monitor;
let browser: Browser;
let folder: TempFolder;

beforeAll(async () => {
  broker = await startMosquitto();
  influxd = await startInfluxd();
  folder = await tempFolder('e2e');
  const config = join(folder.path, 'svitlo.yaml');
  await writeTopology(config, 3);
  monitor = await startMonitor({
    SVITLO_MQTT_URL: broker.url,
    SVITLO_INFLUX_URL: `${influxd.url}/svitlo`,
    SVITLO_CONFIG: config,
  });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await monitor?.[Symbol.asyncDispose]();
  await broker?.[Symbol.asyncDispose]();
  await influxd?.[Symbol.asyncDispose]();
  await folder?.remove();
});

async function publish(device: string, payload: string): Promise<void> {
  const topic = `svitlo/v1/site-1/${device}/telemetry`;
  await mosquittoPub({ port: broker.port, topic, payload });
}

async function openPage(locale: string): Promise<Page> {
  const context = await browser.newContext({ locale, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(monitor.url);
  await page.waitForSelector('[data-site="site-3"]');
  return page;
}

test('a power cut appears on the page, is acknowledged, and a second page sees who did it', async () => {
  await publish('ups/ups-1', upsPayload(Date.now(), 'OL'));
  await publish('scanner/scanner-1', scannerPayload(Date.now()));
  const first = await openPage('uk-UA');
  const second = await openPage('en-GB');
  await first.waitForSelector(`${UPS}[data-power="mains"][data-freshness="live"]`);
  expect(await first.locator(ALARM).count()).toBe(0);

  await publish('ups/ups-1', upsPayload(Date.now(), 'OB DISCHRG', 1));
  await first.waitForSelector(`${ALARM}[data-state="UNACK"]`);
  await second.waitForSelector(`${ALARM}[data-state="UNACK"]`);
  await first.waitForSelector(`${UPS}[data-power="battery"]`);

  await first.locator(`${ALARM} [data-action="acknowledge"]`).click();
  await first.locator('[data-field="shift-name"]').first().fill('Олена Коваль');
  await first.locator('[data-action="start-shift"]').first().click();
  await until(
    async () => {
      const state = await first.locator(ALARM).getAttribute('data-state');
      if (state === 'UNACK') {
        await first.locator(`${ALARM} [data-action="acknowledge"]`).click({ timeout: 500 });
      }
      return state === 'ACKED';
    },
    { what: 'the acknowledgement to be confirmed', intervalMs: 300 },
  );
  await second.waitForSelector(`${ALARM}[data-state="ACKED"]`);
  expect(await second.locator(ALARM).innerText()).toContain('Олена Коваль');

  const points = await until(
    async () => {
      const query = `SELECT "ups.status" FROM ups WHERE site='site-1' AND device='ups-1'`;
      const rows = await influxd.query('svitlo', query);
      return rows.length === 2 && rows;
    },
    { what: 'both UPS points in InfluxDB' },
  );
  expect(points.map((row) => row['ups.status'])).toEqual(['OL', 'OB DISCHRG']);
});

test('the alarm and its acknowledgement survive kill -9, without a reload of the page', async () => {
  const page = await openPage('en-GB');
  await page.waitForSelector(`${ALARM}[data-state="ACKED"]`);
  await monitor.kill();
  await monitor.restart();
  await publish('scanner/scanner-1', scannerPayload(Date.now(), 'cooldown'));
  await page.waitForSelector(`${ALARM}[data-state="ACKED"]`);
  const answer = await fetch(`${monitor.url}/api/v1/alarms/site-1.ups-1.UPS_ON_BATTERY`);
  const body = (await answer.json()) as { transitions: { to: string; actor?: string }[] };
  expect(body.transitions.map(({ to }) => to)).toEqual(['UNACK', 'ACKED']);
  expect(body.transitions[1]?.actor).toBe('Олена Коваль');
  await page.waitForSelector('[data-device="site-1/scanner-1"][data-freshness="live"]');
});
