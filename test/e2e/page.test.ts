import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openBrowser } from '../support/chromium.ts';
import { startInfluxd } from '../support/influxd.ts';
import { openLive } from '../support/live-client.ts';
import { type Monitor, startMonitor } from '../support/monitor.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { mosquittoPub } from '../support/mosquitto-pub.ts';
import { upsPayload } from '../support/telemetry.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { writeTopology } from '../support/topology.ts';
import { until } from '../support/wait.ts';

const ID = 'site-1.ups-1.UPS_ON_BATTERY';
const ALARM = `[data-alarm="${ID}"]`;
const UPS = '[data-device="site-1/ups-1"]';

let browser: Browser;
let broker: Mosquitto;
let folder: TempFolder;
let monitor: Monitor;
/** What Chromium complained of: violations of the content policy, scripts that failed. */
let complaints: string[];

beforeAll(async () => {
  browser = await openBrowser();
  broker = await startMosquitto();
});

afterAll(async () => {
  await browser?.close();
  await broker?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  complaints = [];
  folder = await tempFolder('page');
});

afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await monitor?.[Symbol.asyncDispose]();
  await folder?.remove();
});

async function start(settings: Record<string, string> = {}): Promise<void> {
  monitor = await startMonitor({ SVITLO_MQTT_URL: broker.url, ...settings });
}

async function startWithSites(): Promise<void> {
  const config = join(folder.path, 'svitlo.yaml');
  await writeTopology(config, 2);
  await start({ SVITLO_CONFIG: config });
}

async function openPage(locale = 'en-GB', path = '/'): Promise<Page> {
  const context = await browser.newContext({ locale, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) complaints.push(message.text());
  });
  await page.goto(`${monitor.url}${path}`);
  return page;
}

const publish = (status: string, seq: number) =>
  mosquittoPub({
    port: broker.port,
    topic: 'svitlo/v1/site-1/ups/ups-1/telemetry',
    payload: upsPayload(Date.now(), status, seq),
  });

describe('what the monitor itself needs a person for', () => {
  const PLATFORM = '[data-banner="platform"]';

  test('stands on the page while it lasts, and the alarms go on', async () => {
    await using influxd = await startInfluxd();
    await influxd.kill();
    const settings = { SVITLO_MQTT_URL: broker.url, SVITLO_INFLUX_URL: `${influxd.url}/svitlo` };
    monitor = await startMonitor(settings, '/healthz');
    const page = await openPage('uk-UA');
    await page.locator(`${PLATFORM} [data-state="unreachable"]`).waitFor();
    expect(await page.locator(`${PLATFORM} li`).innerText()).toBe(
      'Сховище часових рядів: немає зв’язку',
    );
    expect(await page.locator(PLATFORM).innerText()).toContain('Аварійні сигнали й ця сторінка');
    await publish('OB DISCHRG', 1);
    await page.locator(ALARM).waitFor();
    await influxd.restart();
    await page.locator(PLATFORM).waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });
});

describe('without a configuration', () => {
  test('the page says why it is empty and where sites come from', async () => {
    await start();
    const page = await openPage();
    const empty = page.locator('.empty');
    await empty.getByText('No sites yet').waitFor();
    expect(await empty.innerText()).toContain('svitlo.yaml');
    expect(complaints).toEqual([]);
  });
});

describe('the language', () => {
  test('is the browser’s, can be switched, and stays switched after a reload', async () => {
    await startWithSites();
    const page = await openPage('uk-UA');
    await page.getByText("Об'єкт 1").first().waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('uk');
    await page.locator('[data-lang="en"]').click();
    await page.getByText('Site 1').first().waitFor();
    await page.reload();
    await page.getByText('Site 1').first().waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.getByText("Об'єкт 1").count()).toBe(0);
  });
});

describe('when the monitor is killed', () => {
  test('the page shows no value as current, and is current again without a reload', async () => {
    await startWithSites();
    await publish('OL', 1);
    const page = await openPage();
    await page.waitForSelector(`${UPS}[data-freshness="live"]`);
    await page.evaluate('globalThis.isSamePage = true');
    await monitor.kill();
    await page.waitForSelector('[data-link="lost"]');
    await page.waitForSelector('[data-banner="silent"]');
    await page.waitForSelector('main.outdated');
    await page.waitForSelector(`${UPS}[data-freshness="stale"], ${UPS}[data-freshness="offline"]`);

    await monitor.restart();
    await publish('OL', 2);
    await page.waitForSelector('[data-link="live"]');
    await page.waitForSelector('main:not(.outdated)');
    await page.waitForSelector(`${UPS}[data-freshness="live"]`);
    expect(await page.locator('[data-banner="silent"]').count()).toBe(0);
    expect(await page.evaluate('globalThis.isSamePage')).toBe(true);
  }, 60_000);
});

describe('a device', () => {
  test('opens from its line and draws its trends', async () => {
    await startWithSites();
    for (let seq = 1; seq <= 5; seq += 1) await publish('OL', seq);
    const page = await openPage();
    await page.locator(UPS).click();
    const trend = page.locator('[data-trend="battery.charge"]');
    await until(async () => (await trend.getAttribute('data-loaded')) === 'shown', {
      what: 'the trend of the battery charge',
    });
    const inked = await page.evaluate(`(() => {
      const canvas = document.querySelector('[data-trend="battery.charge"] canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return data.some((byte) => byte !== 0);
    })()`);
    expect(inked).toBe(true);
    expect(await page.locator('[data-metric="battery.charge"]').innerText()).toContain('98.5');
    expect(complaints).toEqual([]);
  });

  test('that does not exist is said to be missing', async () => {
    await startWithSites();
    const page = await openPage('en-GB', '/#/site-1/ups-9');
    await page.getByText('There is no such device').waitFor();
  });
});

describe('an alarm', () => {
  test('is acknowledged with the keyboard alone', async () => {
    await startWithSites();
    await publish('OB DISCHRG', 1);
    const page = await openPage();
    await page.waitForSelector(`${ALARM}[data-state="UNACK"]`);
    await page.locator(`${ALARM} [data-action="acknowledge"]`).focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-field="shift-name"]');
    await page.keyboard.type('Olena Koval');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${ALARM}[data-state="ACKED"]`);
    expect(await page.locator(ALARM).innerText()).toContain('Olena Koval');
  });

  test('that somebody else acknowledged first names them', async () => {
    await startWithSites();
    await publish('OB DISCHRG', 1);
    const page = await openPage();
    await page.waitForSelector(`${ALARM}[data-state="UNACK"]`);
    using live = await openLive(monitor.url);
    await page.locator(`${ALARM} [data-action="acknowledge"]`).click();
    await page.locator('[data-field="shift-name"]').fill('Olena Koval');
    const answer = await live.acknowledge({
      commandId: crypto.randomUUID(),
      alarmId: ID,
      occurrence: 1,
      version: 1,
      actor: 'Petro Melnyk',
    });
    expect(answer).toMatchObject({ ok: true });
    await page.locator('[data-action="start-shift"]').click();
    await page.getByText('Already acknowledged: Petro Melnyk').waitFor();
    await page.waitForSelector(`${ALARM}[data-state="ACKED"]`);
  });
});
