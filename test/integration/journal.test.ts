import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Journal } from '../../src/adapters/sqlite/journal.ts';
import { alarmChange } from '../support/alarm-change.ts';
import { writeAndKill } from '../support/killed-writer.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

const ID = 'krakivets.ups-1.UPS_ON_BATTERY';

let folder: TempFolder;
let file: string;
let journal: Journal;

beforeEach(async () => {
  folder = await tempFolder('journal');
  file = join(folder.path, 'journal.db');
  journal = new Journal(file);
});

afterEach(async () => {
  await journal?.stop();
  await folder?.remove();
});

const versions = async (id = ID) => (await journal.transitions(id)).map(({ version }) => version);

function tamper(sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

const REFUSE =
  "CREATE TRIGGER refuse BEFORE INSERT ON transition WHEN new.version = 3 BEGIN SELECT RAISE(ABORT, 'disk full'); END";
const ALLOW = 'DROP TRIGGER refuse';

describe('what a commit has resolved for', () => {
  test('survives kill -9: no transition is missing, and the alarm stands at the last of them', async () => {
    const killed = join(folder.path, 'killed.db');
    const durable = await writeAndKill('journal', killed, 1000);
    await journal.stop();
    journal = new Journal(killed);
    const kept = await versions();
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => index + 1));
    expect(kept.length).toBeGreaterThanOrEqual(durable.length);
    expect((await journal.load()).map(({ version }) => version)).toEqual([kept.length]);
  });

  test('is loaded as it was by the next start', async () => {
    const changes = [alarmChange(1), alarmChange(1, 'ups-2'), alarmChange(2)];
    for (const change of changes) await journal.commit([change]);
    await journal.stop();
    journal = new Journal(file);
    const expected = [alarmChange(2), alarmChange(1, 'ups-2')].map(({ alarm }) => alarm);
    expect((await journal.load()).toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(expected);
    expect(await journal.transitions(ID)).toEqual(
      [alarmChange(1), alarmChange(2)].map(({ transition }) => transition),
    );
  });
});

test('transitions stand in the order of the commits, in however many calls they came', async () => {
  const all = Array.from({ length: 100 }, (_, index) => alarmChange(index + 1));
  await Promise.all([
    ...all.slice(0, 40).map((change) => journal.commit([change])),
    journal.commit(all.slice(40, 60)),
    ...all.slice(60).map((change) => journal.commit([change])),
  ]);
  expect(await versions()).toEqual(all.map(({ transition }) => transition.version));
});

test('an alarm without a past has no transitions', async () => {
  expect(await journal.transitions('krakivets.ups-9.UPS_ON_BATTERY')).toEqual([]);
});

test('a commit of nothing is durable at once', async () => {
  await journal.commit([]);
  expect(await journal.load()).toEqual([]);
});

describe('a disk that refuses', () => {
  beforeEach(async () => {
    await journal.commit([alarmChange(1), alarmChange(2)]);
    tamper(REFUSE);
  });

  const untilFailing = () =>
    until(() => !journal.readiness().isReady, { what: 'the failure to be seen' });

  test('lets the commit wait, and is seen in the readiness', async () => {
    const waiting = journal.commit([alarmChange(3)]);
    await untilFailing();
    expect(journal.readiness()).toEqual({ isReady: false, state: 'failing', detail: 'disk full' });
    tamper(ALLOW);
    await waiting;
    expect(await versions()).toEqual([1, 2, 3]);
  });

  test('leaves nothing of a commit that failed half-way', async () => {
    const waiting = journal.commit([alarmChange(1, 'ups-2'), alarmChange(3)]);
    await untilFailing();
    expect(await versions('krakivets.ups-2.UPS_ON_BATTERY')).toEqual([]);
    expect((await journal.load()).map(({ version }) => version)).toEqual([2]);
    tamper(ALLOW);
    await waiting;
  });

  test('puts what failed before what is newer, once it takes again', async () => {
    const failed = journal.commit([alarmChange(3)]);
    await untilFailing();
    const newer = journal.commit([alarmChange(4)]);
    tamper(ALLOW);
    await Promise.all([failed, newer]);
    expect(await versions()).toEqual([1, 2, 3, 4]);
    expect(journal.readiness()).toEqual({ isReady: true, state: 'ok' });
  });
});

test('a journal file that is no longer a database refuses the start, and stays as it is', async () => {
  const broken = join(folder.path, 'broken.db');
  await writeFile(broken, 'x'.repeat(8192));
  const refused = new Journal(broken);
  await expect(refused.load()).rejects.toMatchObject({
    code: 'SVT_JOURNAL_FAILED',
    message: expect.stringContaining(broken),
  });
  await refused.stop();
  expect(await readFile(broken, 'utf8')).toBe('x'.repeat(8192));
});
