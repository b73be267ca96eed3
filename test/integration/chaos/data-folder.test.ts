import { chmod, chown, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { startChain } from '../../support/chaos-chain.ts';
import { NOTHING_AMISS } from '../../support/chaos-verdict.ts';
import { freePort } from '../../support/free-port.ts';
import { requireCommand } from '../../support/installed.ts';
import { untilDependency } from '../../support/monitor-api.ts';
import { countPubacks } from '../../support/puback-count.ts';
import { runCommand } from '../../support/run-command.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { unprivilegedUser } from '../../support/unprivileged.ts';

const main = resolve(import.meta.dirname, '../../../src/main.ts');
const READ_ONLY = 0o500;
const WRITABLE = 0o700;
const FILE_READ_ONLY = 0o400;
/** A monitor that was not refused is ended. */
const REFUSED_MS = 15_000;
let user: { uid?: number; gid?: number };

beforeAll(async () => {
  user = await unprivilegedUser();
});

/** What the user who is refused finds must be his own: what others own, he cannot even look at. */
async function giveAway(path: string): Promise<void> {
  if (user.uid !== undefined) await chown(path, user.uid, user.gid ?? user.uid);
}

async function startRefused(dataDir: string) {
  const env = {
    SVITLO_HTTP_PORT: `${await freePort()}`,
    SVITLO_BROKER_PORT: '0',
    SVITLO_DATA_DIR: dataDir,
    NODE_COMPILE_CACHE: '',
    NODE_DISABLE_COMPILE_CACHE: '1',
  };
  return runCommand(process.execPath, [main], { env, cwd: '/', timeout: REFUSED_MS, ...user });
}

test.each(['there', 'to be made'])('a read-only data folder (%s) is refused', async (which) => {
  await using folder = await tempFolder('read-only');
  await giveAway(folder.path);
  await chmod(folder.path, READ_ONLY);
  const path = which === 'there' ? folder.path : join(folder.path, 'data');
  const { status, stderr } = await startRefused(path);
  expect(stderr).toContain(`SVITLO_DATA_DIR: ${path}: expected a folder that can be written`);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(status).toBe(1);
});

test('a data folder whose files cannot be written is refused', async () => {
  await using folder = await tempFolder('files-read-only');
  await using chain = await startChain({
    name: 'files read-only',
    settings: { SVITLO_DATA_DIR: folder.path },
  });
  expect(await chain.monitor.stop()).toBe(0);
  // New files may be made beside them.
  await giveAway(folder.path);
  for (const name of await readdir(folder.path)) {
    await giveAway(join(folder.path, name));
    await chmod(join(folder.path, name), FILE_READ_ONLY);
  }
  const { status, stderr } = await startRefused(folder.path);
  expect(stderr).toContain(folder.path);
  expect(stderr).toMatch(/readonly|can be written/);
  expect(status).toBe(1);
});

test('a data folder that is closed while the monitor runs: it goes on, and is refused at the next start', async () => {
  await using chain = await startChain({ name: 'folder closed', user });
  const { monitor, random } = chain;
  await sleep(random.between(500, 1500));
  await chmod(monitor.dataDir, 0);
  await sleep(random.between(500, 1500));
  await monitor.kill();
  const { status, stderr } = await startRefused(monitor.dataDir);
  expect(stderr).toContain('SVITLO_DATA_DIR: ');
  expect(status).toBe(1);
  await chmod(monitor.dataDir, WRITABLE);
  await monitor.restart();
  expect(await chain.verdict()).toMatchObject(NOTHING_AMISS);
});

test('a disk that refuses every write while the monitor runs', async () => {
  await using chain = await startChain({ name: 'writes refused', user });
  const { monitor, influxd } = chain;
  await influxd.kill();
  await sleep(1000);
  // A limit on the size of files: writes beyond it fail, as on a file system with an error.
  await limitFiles(monitor.pid, '4096');
  await untilDependency(monitor, 'spool', 'failing');
  const pubacks = countPubacks(chain.brokerWire);
  await sleep(3000);
  expect(pubacks()).toBe(0);
  await limitFiles(monitor.pid, 'unlimited');
  await untilDependency(monitor, 'spool', 'ok');
  await influxd.restart();
  expect(await chain.verdict()).toMatchObject(NOTHING_AMISS);
});

async function limitFiles(pid: number, bytes: string): Promise<void> {
  const args = ['--pid', `${pid}`, `--fsize=${bytes}:unlimited`];
  const { status, stderr } = await runCommand(requireCommand('prlimit'), args, user);
  if (status !== 0) throw new Error(stderr);
}
