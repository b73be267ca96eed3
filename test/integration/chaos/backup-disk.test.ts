import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Journal } from '../../../src/adapters/sqlite/journal.ts';
import { runProgram } from '../../support/backup-command.ts';
import { journalEntry } from '../../support/journal-entry.ts';
import { mountSmallDisk, whyNoSmallDisk } from '../../support/small-disk.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const ROOMY = 2 ** 28;
const SMALL = 2 ** 24;
const whyNot = await whyNoSmallDisk();
if (whyNot !== '') console.log(`no disk of its own can be mounted here: ${whyNot}`);

async function makeData() {
  const folder = await tempFolder('backup-disk');
  const journal = new Journal(join(folder.path, 'journal.db'));
  await journal.commit(journalEntry(1));
  await journal.stop();
  return folder;
}

test.skipIf(whyNot !== '')('a disk of its own is filled by a restore, as a volume is', async () => {
  await using data = await makeData();
  await using folder = await tempFolder('backup');
  await using disk = await mountSmallDisk(ROOMY);
  const backup = join(folder.path, 'backup');
  expect((await runProgram('backup', [backup, '--data', data.path])).status).toBe(0);
  const put = await runProgram('restore', [backup, '--data', disk.path]);
  expect(put).toMatchObject({ status: 0, stderr: '' });
  expect(readdirSync(disk.path)).toEqual(['journal.db']);
});

test.skipIf(whyNot !== '')(
  'a disk without room is refused before anything is written',
  async () => {
    await using data = await makeData();
    await using folder = await tempFolder('backup');
    await using disk = await mountSmallDisk(SMALL);
    const backup = join(folder.path, 'backup');
    const refused = { status: 2, stderr: expect.stringContaining('There is no room') };
    const small = join(disk.path, 'backup');
    expect(await runProgram('backup', [small, '--data', data.path])).toMatchObject(refused);
    expect((await runProgram('backup', [backup, '--data', data.path])).status).toBe(0);
    expect(await runProgram('restore', [backup, '--data', disk.path])).toMatchObject(refused);
    expect(readdirSync(disk.path)).toEqual([]);
  },
);
