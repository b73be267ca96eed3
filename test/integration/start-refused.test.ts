import { readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { PASSWORD } from '../support/access-desk.ts';
import { freePort } from '../support/free-port.ts';
import { startMonitor } from '../support/monitor.ts';
import { runCommand } from '../support/run-command.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

/** Not 78, a wrong configuration, after which a supervisor would not try again. */
const TRY_AGAIN = 1;
const main = resolve(import.meta.dirname, '../../src/main.ts');

async function start(env: Record<string, string>) {
  return runCommand(process.execPath, [main], {
    env: { SVITLO_HTTP_PORT: `${await freePort()}`, SVITLO_BROKER_PORT: '0', ...env },
  });
}

test('a second monitor on the same data folder is refused, and the first keeps its files', async () => {
  await using monitor = await startMonitor();
  const { status, stderr } = await start({ SVITLO_DATA_DIR: monitor.dataDir });
  expect(status).toBe(TRY_AGAIN);
  expect(stderr).toContain(`SVITLO_DATA_DIR: ${monitor.dataDir}: another Svitlo uses this folder`);
  const all = await readdir(monitor.dataDir, { recursive: true });
  expect(all.filter((name) => name.includes('damaged'))).toEqual([]);
});

test('a data folder is free again after kill -9', async () => {
  await using monitor = await startMonitor();
  await monitor.kill();
  await monitor.restart();
  expect(await monitor.stop()).toBe(0);
});

test('a data folder that is a file is refused by its setting', async () => {
  await using folder = await tempFolder('refused');
  const file = join(folder.path, 'file');
  await writeFile(file, '');
  const { status, stderr } = await start({ SVITLO_DATA_DIR: file });
  expect(status).toBe(TRY_AGAIN);
  expect(stderr).toContain('SVITLO_DATA_DIR: ');
  expect(stderr).toContain('expected a folder that can be written');
});

test('a port in use is refused by its setting', async () => {
  await using monitor = await startMonitor();
  await using folder = await tempFolder('refused');
  const { status, stderr } = await start({
    SVITLO_HTTP_PORT: `${monitor.port}`,
    SVITLO_DATA_DIR: folder.path,
  });
  expect(status).toBe(TRY_AGAIN);
  expect(stderr).toContain('SVITLO_HTTP_PORT: expected a port that is free');
});

test.each([
  ['gone', (file: string) => rm(file)],
  ['empty', (file: string) => truncate(file, 0)],
])('accounts whose file is %s open no door', async (_what, spoil) => {
  await using monitor = await startMonitor({}, '/healthz');
  const tokenNow = () => /\/setup#([\w-]+)/.exec(monitor.output())?.[1];
  await until(() => tokenNow() !== undefined, { what: 'the setup link' });
  const token = tokenNow();
  const body = JSON.stringify({ token, name: 'olena', password: PASSWORD });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${monitor.url}/api/v1/setup`, { method: 'POST', headers, body });
  expect(answer.status).toBe(200);
  expect(await monitor.stop()).toBe(0);
  await spoil(join(monitor.dataDir, 'accounts.db'));
  const before = monitor.output().length;
  await monitor.restart();
  expect((await fetch(`${monitor.url}/api/v1/sites`)).status).toBe(401);
  const output = monitor.output().slice(before);
  expect(output).toContain('accounts.db has no accounts, and there were some');
  expect(output).not.toContain('/setup#');
});
