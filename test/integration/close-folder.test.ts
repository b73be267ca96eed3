import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closeFolder } from '../../simulators/demo/close-folder.ts';
import { refuseWideFolder } from '../../src/adapters/disk/folder-rights.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('the demo closes a folder of an earlier version, which the monitor then takes', async () => {
  await using folder = await tempFolder('demo');
  const below = join(folder.path, 'series');
  mkdirSync(below);
  writeFileSync(join(below, 'day.parquet'), '');
  for (const path of [folder.path, below]) chmodSync(path, 0o755);
  chmodSync(join(below, 'day.parquet'), 0o644);
  expect(() => refuseWideFolder(folder.path)).toThrow('has mode 0755');
  closeFolder(folder.path);
  expect(() => refuseWideFolder(folder.path)).not.toThrow();
});

test('a demo that never ran has no folder to close', () => {
  expect(() => closeFolder('/nowhere/demo')).not.toThrow();
});
