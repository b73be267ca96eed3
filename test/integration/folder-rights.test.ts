import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { refuseWideFolder } from '../../src/adapters/disk/folder-rights.ts';
import { readableByAll } from '../../src/adapters/disk/secret-files.ts';
import { startMonitor } from '../support/monitor.ts';
import { runCommand } from '../support/run-command.ts';
import { tempFolder } from '../support/temp-folder.ts';

const OTHERS = 0o077;

/** A closed folder with a file in a folder in it. */
async function closedFolder() {
  const folder = await tempFolder('rights');
  const below = join(folder.path, 'series');
  mkdirSync(below, { mode: 0o700 });
  writeFileSync(join(below, 'day.parquet'), '', { mode: 0o600 });
  return folder;
}

/** The command that the refusal ends with. */
function commandIn(refuse: () => void): string {
  try {
    refuse();
  } catch (error) {
    return /To mend it: (.*)$/.exec(String(error))?.[1] ?? '';
  }
  throw new Error('expected a refusal');
}

describe('the data folder', () => {
  test('that is closed is taken, and one that is absent', async () => {
    await using folder = await closedFolder();
    expect(() => refuseWideFolder(folder.path)).not.toThrow();
    expect(() => refuseWideFolder(join(folder.path, 'absent'))).not.toThrow();
  });

  test('that is empty is closed, as there was nothing to read in it', async () => {
    await using folder = await tempFolder('rights');
    chmodSync(folder.path, 0o755);
    refuseWideFolder(folder.path);
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
  });

  test('is taken with a configuration in it that everybody may read', async () => {
    await using folder = await closedFolder();
    writeFileSync(join(folder.path, 'svitlo.yaml'), 'sites: {}');
    chmodSync(join(folder.path, 'svitlo.yaml'), 0o644);
    expect(() => refuseWideFolder(folder.path)).not.toThrow();
  });

  test.each([
    { name: 'the folder', path: '.', mode: 0o750, expected: '0700' },
    { name: 'a folder in it', path: 'series', mode: 0o701, expected: '0700' },
    { name: 'a file below', path: 'series/day.parquet', mode: 0o640, expected: '0600' },
    {
      name: 'a file that others may write',
      path: 'series/day.parquet',
      mode: 0o602,
      expected: '0600',
    },
  ])('is refused with what mends it: $name', async ({ path, mode, expected }) => {
    await using folder = await closedFolder();
    const wide = join(folder.path, path);
    chmodSync(wide, mode);
    const refuse = () => refuseWideFolder(folder.path);
    expect(refuse).toThrow(`SVITLO_DATA_DIR: ${wide} has mode 0${mode.toString(8)}`);
    expect(refuse).toThrow(`expected ${expected} at most`);
    expect(refuse).toThrow(expect.objectContaining({ code: 'SVT_START_FAILED' }));
    await runCommand('/bin/sh', ['-c', commandIn(refuse)]);
    expect(refuse).not.toThrow();
  });

  test('is refused for what a link in it leads to, and the command names that', async () => {
    await using elsewhere = await tempFolder("it's elsewhere");
    await using folder = await closedFolder();
    symlinkSync(elsewhere.path, join(folder.path, 'pki'));
    chmodSync(elsewhere.path, 0o755);
    const refuse = () => refuseWideFolder(folder.path);
    await runCommand('/bin/sh', ['-c', commandIn(refuse)]);
    expect(refuse).not.toThrow();
    expect(statSync(elsewhere.path).mode & OTHERS).toBe(0);
  });

  test('a link to itself ends the search', async () => {
    await using folder = await closedFolder();
    symlinkSync(folder.path, join(folder.path, 'again'));
    expect(() => refuseWideFolder(folder.path)).not.toThrow();
  });
});

test('what the monitor makes is its user’s alone, and the next start takes it', async () => {
  const before = process.umask(0o022);
  await using monitor = await startMonitor();
  process.umask(before);
  const all = readdirSync(monitor.dataDir, { recursive: true }).map(String);
  expect(all).toEqual(expect.arrayContaining(['journal.db', 'spool.db', 'control.sock']));
  expect(all).toContain(join('series', 'series.duckdb'));
  const wide = all.filter((path) => (statSync(join(monitor.dataDir, path)).mode & OTHERS) !== 0);
  expect(wide).toEqual([]);
  await monitor.stop();
  await monitor.restart();
});

describe('a file with a secret', () => {
  test('that everybody can read is told of, unless a folder above is closed', async () => {
    await using folder = await tempFolder('secret');
    const file = join(folder.path, 'mqtt_password');
    writeFileSync(file, 'secret');
    chmodSync(file, 0o444);
    expect(readableByAll([file])).toEqual([]);
    chmodSync(folder.path, 0o755);
    expect(readableByAll([file, join(folder.path, 'absent')])).toEqual([file]);
    chmodSync(file, 0o440);
    expect(readableByAll([file])).toEqual([]);
  });

  test('is told of in the log, and used', async () => {
    await using folder = await tempFolder('secret');
    const file = join(folder.path, 'smtp_url');
    writeFileSync(file, 'smtp://127.0.0.1:25');
    chmodSync(folder.path, 0o755);
    chmodSync(file, 0o644);
    await using monitor = await startMonitor({ SVITLO_SMTP_URL_FILE: file });
    expect(monitor.output()).toContain('secrets: every user of this machine can read them');
    expect(monitor.output()).toContain(file);
  });
});
