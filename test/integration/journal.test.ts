import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Journal } from '../../src/adapters/sqlite/journal.ts';
import type { AlarmChange } from '../../src/contract/alarm.ts';
import { alarmChange } from '../support/alarm-change.ts';
import { incidentChange, journalEntry } from '../support/journal-entry.ts';
import { writeAndKill } from '../support/killed-writer.ts';
import { mountSmallDisk, whyNoSmallDisk } from '../support/small-disk.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

const ID = 'krakivets.ups-1.UPS_ON_BATTERY';
const NOTHING = {
  alarms: [],
  incidents: [],
  outages: [],
  intents: [],
  remembered: [],
  answers: [],
};

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
const commitAlarms = (...alarms: AlarmChange[]) => journal.commit({ alarms });
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

async function reopen(other = file): Promise<void> {
  await journal.stop();
  journal = new Journal(other);
}

function tamper(sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

const REFUSE =
  "CREATE TRIGGER refuse BEFORE INSERT ON audit WHEN new.version = 3 BEGIN SELECT RAISE(ABORT, 'disk full'); END";
const ALLOW = 'DROP TRIGGER refuse';

describe('what a commit has resolved for', () => {
  test('survives kill -9: of each entry everything or nothing, none missing, and the chain holds', async () => {
    const killed = join(folder.path, 'killed.db');
    await writeAndKill('journal', killed, 300);
    // It begins at the first entry again, as if nobody had told it what is on disk.
    const durable = await writeAndKill('journal', killed, 1000);
    await reopen(killed);
    const kept = await versions();
    const count = kept.length / 2;
    expect(count).toBeGreaterThanOrEqual(durable.length);
    expect(kept).toEqual(upTo(2 * count));
    const { alarms, incidents, intents, remembered, answers } = await journal.load();
    expect(alarms.map(({ version }) => version)).toEqual([2 * count]);
    expect(incidents.map(({ revision }) => revision)).toEqual([count]);
    expect(intents).toHaveLength(count);
    expect(answers.at(-1)?.answer).toEqual({ ok: true, version: count });
    expect(remembered).toEqual(journalEntry(count).remembered);
    expect(await journal.outages({})).toEqual(journalEntry(count).outages);
    const events = await journal.incidentEvents('krakivets-1');
    expect(events.map(({ revision }) => revision)).toEqual(upTo(count));
    expect(await journal.verify()).toEqual({ rows: 5 * count, head: expect.any(String) });
  });

  test('is loaded as it was by the next start', async () => {
    const entry = journalEntry(1);
    await journal.commit(entry);
    await commitAlarms(alarmChange(1, 'ups-2'));
    await reopen();
    const { alarms, ...others } = await journal.load();
    const expected = [alarmChange(2), alarmChange(1, 'ups-2')].map(({ alarm }) => alarm);
    expect(alarms.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(expected);
    expect(others).toEqual({
      incidents: entry.incidents.map(({ incident }) => incident),
      outages: entry.outages,
      intents: entry.intents,
      remembered: entry.remembered,
      answers: entry.answers.map(({ key, answer }) => ({ key, answer })),
    });
    expect(await journal.transitions(ID)).toEqual(
      [alarmChange(1), alarmChange(2)].map(({ transition }) => transition),
    );
    expect(await journal.incidentEvents('krakivets-1')).toEqual([incidentChange(1).event]);
  });
});

test('transitions stand in the order of the commits, in however many calls they came', async () => {
  const all = upTo(100).map((version) => alarmChange(version));
  await Promise.all([
    ...all.slice(0, 40).map((change) => commitAlarms(change)),
    commitAlarms(...all.slice(40, 60)),
    ...all.slice(60).map((change) => commitAlarms(change)),
  ]);
  expect(await versions()).toEqual(upTo(100));
});

test('an entry of 5,000 alarms and as many things to remember is one commit, in its order', async () => {
  const devices = upTo(5000).map((number) => `ups-${number}`);
  const alarms = devices.flatMap((device) => [alarmChange(1, device), alarmChange(2, device)]);
  const remembered = devices.map((key) => ({ space: 'battery', key, body: '{"soh":0.9}' }));
  await journal.commit({ remembered, alarms });
  const content = await journal.load();
  expect(new Set(content.alarms.map(({ version }) => version))).toEqual(new Set([2]));
  expect(content.alarms).toHaveLength(5000);
  expect(content.remembered).toHaveLength(5000);
  expect(await versions('krakivets.ups-4321.UPS_ON_BATTERY')).toEqual([1, 2]);
  expect(await journal.verify()).toMatchObject({ rows: 10_000 });
});

test('an alarm without a past has no transitions', async () => {
  expect(await journal.transitions('krakivets.ups-9.UPS_ON_BATTERY')).toEqual([]);
});

test('a commit of nothing is durable at once', async () => {
  await journal.commit({});
  await commitAlarms();
  expect(await journal.load()).toEqual(NOTHING);
});

describe('a disk that refuses', () => {
  beforeEach(async () => {
    await commitAlarms(alarmChange(1), alarmChange(2));
    tamper(REFUSE);
  });

  const untilFailing = () =>
    until(() => !journal.readiness().isReady, { what: 'the failure to be seen' });

  test('lets the commit wait, and is seen in the readiness', async () => {
    const waiting = commitAlarms(alarmChange(3));
    await untilFailing();
    expect(journal.readiness()).toEqual({ isReady: false, state: 'failing', detail: 'disk full' });
    tamper(ALLOW);
    await waiting;
    expect(await versions()).toEqual([1, 2, 3]);
  });

  test('leaves nothing of a commit that failed half-way', async () => {
    const before = await journal.load();
    const waiting = journal.commit({
      ...journalEntry(9),
      alarms: [alarmChange(1, 'ups-2'), alarmChange(3)],
    });
    await untilFailing();
    expect(await journal.load()).toEqual(before);
    expect(await versions('krakivets.ups-2.UPS_ON_BATTERY')).toEqual([]);
    expect(await journal.verify()).toMatchObject({ rows: 2 });
    tamper(ALLOW);
    await waiting;
    expect(await journal.verify()).toEqual({ rows: 7, head: expect.any(String) });
  });

  test('puts what failed before what is newer, once it takes again', async () => {
    const failed = commitAlarms(alarmChange(3));
    await untilFailing();
    const newer = commitAlarms(alarmChange(4));
    tamper(ALLOW);
    await Promise.all([failed, newer]);
    expect(await versions()).toEqual([1, 2, 3, 4]);
    expect(journal.readiness()).toEqual({ isReady: true, state: 'ok' });
  });
});

const noDisk = await whyNoSmallDisk();

describe.skipIf(noDisk !== '')(`a small disk ${noDisk}`, () => {
  test('that is full lets the commit wait, whole, until there is room', async () => {
    await using disk = await mountSmallDisk(2 << 20);
    const small = new Journal(join(disk.path, 'journal.db'));
    await small.commit(journalEntry(1));
    disk.fill();
    const devices = upTo(2000).map((number) => `ups-${number}`);
    const waiting = small.commit({ alarms: devices.map((device) => alarmChange(9, device)) });
    await until(() => !small.readiness().isReady, { what: 'the full disk to be seen' });
    expect(small.readiness().state).toBe('disk_full');
    expect((await small.load()).alarms).toHaveLength(1);
    disk.free();
    await waiting;
    expect((await small.load()).alarms).toHaveLength(2000);
    expect(await small.verify()).toEqual({ rows: 2005, head: expect.any(String) });
    await small.stop();
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
