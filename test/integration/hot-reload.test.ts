import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LiveClient, openLive } from '../support/live-client.ts';
import { type Monitor, startMonitor } from '../support/monitor.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

let folder: TempFolder;
let file: string;
let monitor: Monitor;

const site = (name: string) => `
  ${name}:
    name: {uk: ${name}, en: ${name}}
    devices:
      ups-1: {kind: ups, interval: 5s}
`;
const topologyOf = (...names: string[]) => `sites:${names.map(site).join('')}`;

beforeAll(async () => {
  folder = await tempFolder('hot-reload');
  file = join(folder.path, 'svitlo.yaml');
  await writeFile(file, topologyOf('first'));
  monitor = await startMonitor({ SVITLO_CONFIG: file, SVITLO_LOG_LEVEL: 'info' });
  await until(() => monitor.output().includes('Svitlo is on'), { what: 'the end of the start' });
});

afterAll(async () => {
  await monitor?.[Symbol.asyncDispose]();
  await folder?.remove();
});

async function sites(): Promise<string[]> {
  const answer = await fetch(`${monitor.url}/api/v1/sites`);
  return ((await answer.json()) as { id: string }[]).map(({ id }) => id);
}

async function untilSites(...expected: string[]): Promise<void> {
  const same = async () => JSON.stringify(await sites()) === JSON.stringify(expected);
  await until(same, { what: `the sites ${expected}` });
}

/** The reasons of the refused changes, in order. */
function refusals(): string[] {
  return monitor
    .output()
    .split('\n')
    .filter((line) => line.includes('change refused'))
    .map((line) => (JSON.parse(line) as { reason: string }).reason);
}

async function nextRefusal(after: number): Promise<string> {
  return await until(() => refusals()[after], { what: 'a refusal in the log' });
}

test('a new site is there without a restart, and so is its device', async () => {
  const { pid } = monitor;
  await writeFile(file, topologyOf('first', 'second'));
  await untilSites('first', 'second');
  const answer = await fetch(`${monitor.url}/api/v1/devices/second/ups-1`);
  expect(await answer.json()).toMatchObject({ registered: true, intervalSeconds: 5 });
  expect(monitor.pid).toBe(pid);
});

test('a page that is open sees the new site', async () => {
  using client: LiveClient = await openLive(monitor.url);
  await client.watch({ sites: ['*'], detail: 'summary' });
  await writeFile(file, topologyOf('first', 'second', 'third'));
  await until(
    () =>
      [...client.frames, ...client.snapshots.slice(1)].some((message) =>
        message.sites?.some(({ id }) => id === 'third'),
      ),
    { what: 'the new site at the page' },
  );
});

test('a page that is open loses a site that was taken out', async () => {
  using client: LiveClient = await openLive(monitor.url);
  await client.watch({ sites: ['*'], detail: 'summary' });
  await writeFile(file, topologyOf('first'));
  await until(
    () =>
      client.snapshots
        .at(-1)
        ?.sites.map(({ id }) => id)
        .join() === 'first',
    { what: 'a snapshot without the sites' },
  );
  await writeFile(file, topologyOf('first', 'second', 'third'));
  await untilSites('first', 'second', 'third');
});

test.each([
  [
    'a wrong value',
    'sites:\n  first:\n    name: {uk: a, en: a}\n    lat: north\n',
    ':4: sites.first.lat: ',
  ],
  ['an unknown key', 'sites: {}\ncolour: red\n', ':2: colour: '],
  ['half a file', 'sites: {first: {name: {uk: a', ':1: '],
])(
  '%s is refused with file, line, path and what was expected; the running one goes on',
  async (_, text, where) => {
    const before = await sites();
    const count = refusals().length;
    await writeFile(file, text);
    const reason = await nextRefusal(count);
    expect(reason).toContain(`${file}${where}`);
    expect(await sites()).toEqual(before);
    expect((await fetch(`${monitor.url}/readyz`)).status).toBe(200);
  },
);

test('a wrong value says what was expected', () => {
  expect(refusals()[0]).toContain('expected number');
});

test('an emptied file, as a full disk leaves it, takes no site away', async () => {
  await writeFile(file, topologyOf('first'));
  await untilSites('first');
  const before = refusals().length;
  await writeFile(file, '# nothing\n');
  expect(await nextRefusal(before)).toContain('expected sites');
  expect(await sites()).toEqual(['first']);
  await writeFile(file, topologyOf('first', 'second'));
  await untilSites('first', 'second');
});

test('a file that is gone is refused, too, and taken when it is back', async () => {
  const before = await sites();
  const count = refusals().length;
  await rm(file);
  expect(await nextRefusal(count)).toContain(`${file}: cannot be read`);
  expect(await sites()).toEqual(before);
  await writeFile(file, topologyOf('fourth'));
  await untilSites('fourth');
});

test('a file that is replaced by rename is taken, again and again', async () => {
  for (const name of ['fifth', 'sixth']) {
    await writeFile(`${file}.new`, topologyOf(name));
    await rename(`${file}.new`, file);
    await untilSites(name);
  }
});

test('a link that is turned to another folder, as Kubernetes mounts it, is followed', async () => {
  const data = join(folder.path, '..data');
  for (const name of ['seventh', 'eighth']) {
    await mkdir(join(folder.path, name));
    await writeFile(join(folder.path, name, 'svitlo.yaml'), topologyOf(name));
  }
  await symlink('seventh', data);
  await symlink(join('..data', 'svitlo.yaml'), `${file}.link`);
  await rename(`${file}.link`, file);
  await untilSites('seventh');
  await symlink('eighth', `${data}.new`);
  await rename(`${data}.new`, data);
  await untilSites('eighth');
});
