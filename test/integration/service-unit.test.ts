import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { findCommand } from '../support/installed.ts';
import { runCommand } from '../support/run-command.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = resolve(import.meta.dirname, '../..');
const unit = await readFile(join(root, 'deploy/svitlo.service'), 'utf8');
const analyze = findCommand('systemd-analyze');

test('starts what `npm start` starts, from the release, with the runtime that it brings', async () => {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  const [, ...args] = scripts.start.split(' ');
  expect(unit).toContain(`\nExecStart=/opt/svitlo/current/runtime/node ${args.join(' ')}\n`);
  const wrapper = await readFile(join(root, 'deploy/release/svitlo'), 'utf8');
  expect(wrapper).toContain(`as_service "$node" ${args.join(' ')} "$@"\n`);
});

test.skipIf(analyze === undefined)('systemd takes it, and finds it little exposed', async () => {
  await using folder = await tempFolder('unit');
  const file = join(folder.path, 'svitlo.service');
  // Its program is there only once a release is installed.
  await writeFile(file, unit.replace('/opt/svitlo/current/runtime/node', process.execPath));
  const verified = await runCommand(analyze ?? '', ['verify', file]);
  expect(verified).toMatchObject({ status: 0, stderr: '' });
  const args = ['security', '--offline=true', '--threshold=20', file];
  const judged = await runCommand(analyze ?? '', args);
  expect(judged.stdout).toMatch(/Overall exposure level/);
  expect(judged.status).toBe(0);
});
