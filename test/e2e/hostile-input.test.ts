import { join } from 'node:path';
import mqtt from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { METRICS } from '../../src/contract/metric.ts';
import { openBrowser } from '../support/chromium.ts';
import { type Monitor, startMonitor } from '../support/monitor.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { writeTopology } from '../support/topology.ts';
import { until } from '../support/wait.ts';

const OWNED = 'window.owned=1';
/** What somebody who holds a device writes into everything that it may say. */
const HOSTILE: readonly string[] = [
  `<script>${OWNED}</script>`,
  `</script><script>${OWNED}</script>`,
  `"><img src=x onerror="${OWNED}">`,
  `<svg/onload=${OWNED}>`,
  `<iframe srcdoc="<script>parent.owned=1</script>"></iframe>`,
  `<img src=http://evil.invalid/x><link rel=stylesheet href=http://evil.invalid/x>`,
  `javascript:${OWNED}`,
  `=HYPERLINK("http://evil.invalid","x")`,
  `+1+cmd|' /C calc'!A0`,
  '@SUM(1)',
  '\u0000\u0007\u001b[31mred\u001b]0;title\u0007\r\nset-cookie: owned=1',
  '\u202e\u2066drowssap\u2069\u200b\ufeff',
  '{{constructor.constructor("return 1")()}}',
  '__proto__',
  'Ж'.repeat(10_000),
];

const TEXTS = [...METRICS.values()].filter(({ type }) => type === 'text' || type === 'flags');
const VIEWS = ['/', '/#/site-1/ups-1', '/#/site-1/scanner-1', '/#/site-1/supply'];
const ANSWERS = [
  '/docs',
  '/readyz',
  '/api/v1/sites',
  '/api/v1/devices',
  '/api/v1/alarms?state=all',
  '/api/v1/incidents?state=all',
  '/api/v1/rejects',
  '/api/v1/quarantine',
  '/api/v1/outages',
  '/api/v1/schedule',
  `/api/v1/alarms/${encodeURIComponent(`<script>${OWNED}</script>`)}`,
  `/<img src=x onerror=${OWNED}>`,
];

let browser: Browser;
let broker: Mosquitto;
let folder: TempFolder;
let monitor: Monitor;
let client: mqtt.MqttClient;

beforeAll(async () => {
  [browser, broker, folder] = await Promise.all([
    openBrowser(),
    startMosquitto(),
    tempFolder('hostile'),
  ]);
  const config = join(folder.path, 'svitlo.yaml');
  await writeTopology(config, 2);
  monitor = await startMonitor({ SVITLO_MQTT_URL: broker.url, SVITLO_CONFIG: config });
  client = await mqtt.connectAsync(broker.url);
});

afterAll(async () => {
  await client?.endAsync();
  await monitor?.[Symbol.asyncDispose]();
  await broker?.[Symbol.asyncDispose]();
  await folder?.remove();
  await browser?.close();
});

/** What a page did that none of ours does. */
let deeds: string[];

beforeEach(() => {
  deeds = [];
});

async function open(): Promise<Page> {
  const context = await browser.newContext({ locale: 'uk-UA' });
  const page = await context.newPage();
  page.on('dialog', (dialog) => {
    deeds.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => deeds.push(`fault ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(monitor.url) && !request.url().startsWith('data:'))
      deeds.push(`request ${request.url()}`);
  });
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) deeds.push(message.text());
  });
  return page;
}

/** As text, since the page has no types of its own here. */
const LOOK = `({
  owned: window.owned ?? null,
  title: document.title.includes('owned'),
  elements: [
    ...document.querySelectorAll(
      'iframe, object, embed, base, img, [onerror], [onload], script:not([src])',
    ),
  ].map(({ outerHTML }) => outerHTML.slice(0, 100)),
})`;

/** Whether script of a device ran in the page, or an element of its making stands in it. */
function foundIn(page: Page): Promise<unknown> {
  return page.evaluate(LOOK);
}

const NOTHING = { owned: null, title: false, elements: [] };

const publish = (topic: string, payload: object | string) =>
  client.publishAsync(
    `svitlo/v1/${topic}`,
    typeof payload === 'string' ? payload : JSON.stringify(payload),
    { qos: 1 },
  );

async function say(text: string): Promise<void> {
  const values = Object.fromEntries(TEXTS.map(({ key }) => [key, text.slice(0, 250)]));
  const at = { ts: Date.now() };
  await publish('site-1/ups/ups-1/telemetry', { ...at, ...values, 'ups.status': `OB ${text}` });
  await publish('site-1/scanner/scanner-1/telemetry', { ...at, ...values, state: text });
  await publish('site-1/power/supply/telemetry', { ...at, ...values, 'ats.position': text });
  await publish('site-1/ups/stranger/telemetry', { ...at, ...values, [text.slice(0, 200)]: text });
  await publish('site-1/ups/ups-1/telemetry', text);
  await publish('site-1/ups/ups-1/state', { online: text, ts: text });
}

async function rejects(): Promise<number> {
  const answer = await fetch(`${monitor.url}/api/v1/rejects`);
  const { counts } = (await answer.json()) as { counts: Record<string, number> };
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Leaves an alarm on battery, so that incidents and ledger carry what was said as well. */
async function sayAll(text: string): Promise<void> {
  const before = await rejects();
  await say(text);
  await until(async () => (await rejects()) >= before + 2, { what: 'the hostile messages' });
  await publish('site-1/ups/ups-1/telemetry', { ts: Date.now(), 'ups.status': 'OB DISCHRG' });
}

test('the look finds what a page lets in that takes text for markup', async () => {
  const page = await open();
  await page.goto('about:blank');
  await page.setContent(HOSTILE.slice(0, 6).join(''));
  await page.waitForLoadState('networkidle').catch(() => {});
  expect(await foundIn(page)).toMatchObject({ owned: 1 });
  expect(deeds.some((deed) => deed.includes('evil.invalid'))).toBe(true);
  await page.context().close();
});

describe.each(HOSTILE.map((text, index) => [index, text.slice(0, 30), text] as const))(
  'what a device says, %i: %j',
  (_index, _shown, text) => {
    test('runs on no view and in no answer that a browser opens', async () => {
      await sayAll(text);
      const page = await open();
      for (const view of VIEWS) {
        await page.goto(`${monitor.url}${view}`);
        await page.locator('[data-device], main, .empty').first().waitFor();
        await page.waitForLoadState('networkidle').catch(() => {});
        expect(await foundIn(page), view).toEqual(NOTHING);
      }
      for (const answer of ANSWERS) {
        await page.goto(`${monitor.url}${answer}`);
        expect(await foundIn(page), answer).toEqual(NOTHING);
      }
      expect(deeds).toEqual([]);
      await page.context().close();
    });
  },
);

test('what people write runs nowhere either, and no cell of the export is a formula', async () => {
  const get = async <T>(path: string) =>
    (await (await fetch(`${monitor.url}/api/v1${path}`)).json()) as T;
  const post = (path: string, body: object) =>
    fetch(`${monitor.url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  await publish('site-1/ups/ups-1/telemetry', { ts: Date.now(), 'ups.status': 'OB DISCHRG' });
  const incidents = await until(
    async () => {
      const found = await get<{ id: string }[]>('/incidents');
      return found.length > 0 ? found : undefined;
    },
    { what: 'an incident' },
  );
  const id = (incidents as { id: string }[])[0]?.id ?? '';
  for (const [index, text] of HOSTILE.entries()) {
    const answer = await post(`/incidents/${encodeURIComponent(id)}/note`, {
      commandId: `note-${index}`,
      text: text.slice(0, 900),
      actor: text.slice(0, 70),
    });
    expect(answer.status).toBe(200);
  }
  const page = await open();
  for (const path of ['/', `/api/v1/incidents/${encodeURIComponent(id)}`]) {
    await page.goto(`${monitor.url}${path}`);
    await page.waitForLoadState('networkidle').catch(() => {});
    expect(await foundIn(page), path).toEqual(NOTHING);
  }
  expect(deeds).toEqual([]);
  const csv = await (await fetch(`${monitor.url}/api/v1/outages?format=csv`)).text();
  const cells = csv.split('\r\n').flatMap((line) => line.split(','));
  expect(cells.length).toBeGreaterThan(17);
  expect(cells.filter((cell) => /^"?[=+\-@\t\r]/.test(cell))).toEqual([]);
});
