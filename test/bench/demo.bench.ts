import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openBrowser } from '../support/chromium.ts';
import { freePort } from '../support/free-port.ts';
import { runCommand } from '../support/run-command.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';
import { report } from './figures.ts';

const repository = resolve(import.meta.dirname, '../..');
const SITES = 29;
const DARK = ['krakivets', 'shehyni', 'rava-ruska'];
const POWER_RETURNS_MS = 400_000;

/** Of the page: all sites are there, and every device of them is live. */
const IS_LIVE = `
  document.querySelectorAll('[data-site]').length === ${SITES} &&
  document.querySelector('[data-device]') !== null &&
  document.querySelector('[data-device]:not([data-freshness="live"])') === null`;

/** `npm run demo` as a user starts it, in a process group of its own. */
function startDemo(cwd: string, httpPort: number): ChildProcess {
  const env = { ...process.env, SVITLO_HTTP_PORT: `${httpPort}`, SVITLO_BROKER_PORT: '0' };
  return spawn('npm', ['run', 'demo'], { cwd, env, stdio: 'ignore', detached: true });
}

async function openWhenServed(page: Page, url: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const isOpen = await page.goto(url).then(
      () => true,
      () => false,
    );
    if (isOpen) return;
    await new Promise((resume) => setTimeout(resume, 50));
  }
  throw new Error('the demo never served its page');
}

test('a fresh clone shows 29 live sites, its blackout, and the return of power', async () => {
  await using folder = await tempFolder('fresh');
  const clone = await runCommand('git', ['clone', '--quiet', repository, folder.path]);
  expect(clone.stderr).toBe('');
  const installedAt = performance.now();
  expect((await runCommand('npm', ['ci'], { cwd: folder.path })).status).toBe(0);
  const httpPort = await freePort();
  await using browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const startedAt = performance.now();
  const demo = startDemo(folder.path, httpPort);
  try {
    await openWhenServed(page, `http://127.0.0.1:${httpPort}`);
    await until(() => page.evaluate<boolean>(IS_LIVE), { what: 'a page with 29 live sites' });
    const liveAt = performance.now();
    await page.evaluate('window.isSamePage = true');
    for (const site of DARK) {
      await page.waitForSelector(`[data-alarm^="${site}."]`, { timeout: 180_000 });
    }
    const blackoutAt = performance.now();
    for (const site of DARK) {
      await page.waitForSelector(`[data-alarm^="${site}."][data-state="RTN_UNACK"]`, {
        timeout: POWER_RETURNS_MS,
      });
    }
    expect(await page.evaluate('window.isSamePage')).toBe(true);
    report('demo from a fresh clone, s', {
      'npm ci': (startedAt - installedAt) / 1000,
      'page live': (liveAt - startedAt) / 1000,
      'blackout on the page': (blackoutAt - startedAt) / 1000,
      'power back on the page': (performance.now() - startedAt) / 1000,
    });
  } finally {
    const ended = once(demo, 'exit');
    if (demo.pid !== undefined) process.kill(-demo.pid, 'SIGINT');
    await ended;
  }
});
