import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../support/chromium.ts';
import { type Monitor, startMonitor } from '../support/monitor.ts';
import { until } from '../support/wait.ts';

let browser: Browser;
let monitor: Monitor;

beforeAll(async () => {
  browser = await openBrowser();
  monitor = await startMonitor();
});

afterAll(async () => {
  await browser?.close();
  await monitor?.[Symbol.asyncDispose]();
});

async function open(path: string, locale = 'en-GB') {
  const context = await browser.newContext({ locale });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  const answer = await page.goto(`${monitor.url}${path}`);
  return { page, complaints, status: answer?.status() };
}

/** Tries to make markup or script of strings, from the page itself rather than from the debugger. */
const ATTEMPTS = `
  globalThis.ran = {};
  const attempts = {
    markup: () => { document.body.innerHTML = '<img src=x onerror="ran.markup = true">'; },
    element: () => {
      const script = document.createElement('script');
      script.text = 'ran.element = true';
      document.head.append(script);
    },
    attribute: () => {
      const button = document.createElement('button');
      button.setAttribute('onclick', 'ran.attribute = true');
      document.body.append(button);
      button.click();
    },
    evaluation: () => { new Function('ran.evaluation = true')(); },
    frame: () => {
      const frame = document.createElement('iframe');
      frame.srcdoc = '<script>parent.ran.frame = true</script>';
      document.body.append(frame);
    },
  };
  for (const attempt of Object.values(attempts)) {
    setTimeout(() => { try { attempt(); } catch {} });
  }
  setTimeout(() => { globalThis.isOver = true; }, 1000);
`;

/** The ways by which a string became script. */
async function waysIn(page: Page): Promise<string[]> {
  await page.evaluate(ATTEMPTS);
  await until(() => page.evaluate<boolean>('globalThis.isOver'), { what: 'the last attempt' });
  return Object.keys(await page.evaluate<object>('globalThis.ran')).toSorted();
}

test('without a policy every way is open', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto('data:text/html,<body>bare</body>');
  expect(await waysIn(page)).toEqual(['attribute', 'element', 'evaluation', 'frame', 'markup']);
});

test.each(['/', '/setup', '/link', '/sign-in', '/nowhere'])(
  'at %s no string becomes script',
  async (path) => {
    const { page } = await open(path);
    expect(await waysIn(page)).toEqual([]);
  },
);

test('the page that stands for one that cannot be shown is in the reader’s language, and styled', async () => {
  const { page, complaints, status } = await open('/nowhere', 'uk-UA');
  expect(status).toBe(404);
  expect(await page.locator('h1').innerText()).toBe('Тут нічого немає');
  expect(await page.locator('code').innerText()).toMatch(/^404-[0-9a-f]{10}$/);
  const { width } = (await page.locator('body').boundingBox()) ?? { width: 0 };
  expect(width).toBeLessThan(700);
  expect(complaints.filter((text) => /policy/i.test(text))).toEqual([]);
});
