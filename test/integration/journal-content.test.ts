import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Journal } from '../../src/adapters/sqlite/journal.ts';
import type { AlarmChange } from '../../src/contract/alarm.ts';
import { alarmChange } from '../support/alarm-change.ts';
import { incidentChange, journalEntry, outageOf } from '../support/journal-entry.ts';
import { writeOldJournal } from '../support/old-journal.ts';
import { START } from '../support/sample.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const ID = 'krakivets.ups-1.UPS_ON_BATTERY';

let folder: TempFolder;
let file: string;
let journal: Journal;

beforeEach(async () => {
  folder = await tempFolder('journal-content');
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

describe('an entry that comes again', () => {
  test('changes nothing, and adds nothing to the audit', async () => {
    await journal.commit(journalEntry(1));
    const before = { content: await journal.load(), verdict: await journal.verify() };
    await journal.commit(journalEntry(1));
    await reopen();
    await journal.commit(journalEntry(1));
    expect({ content: await journal.load(), verdict: await journal.verify() }).toEqual(before);
    expect(await versions()).toEqual([1, 2]);
    expect(await journal.intents()).toHaveLength(1);
  });

  test('leaves an alarm and an incident that went on since as they are', async () => {
    const { alarms, incidents } = journalEntry(1);
    await journal.commit({ alarms, incidents });
    await journal.commit(journalEntry(2));
    await journal.commit({ alarms, incidents });
    const content = await journal.load();
    expect(content.alarms.map(({ version }) => version)).toEqual([4]);
    expect(content.incidents.map(({ revision }) => revision)).toEqual([2]);
    expect(await versions()).toEqual([1, 2, 3, 4]);
  });

  test('gives a command the answer that it got first', async () => {
    const key = 'command-1 alarm';
    const first = { ok: true, version: 3 } as const;
    await journal.commit({ answers: [{ key, answer: first, at: START }] });
    await journal.commit({ answers: [{ key, answer: { ok: false, code: 'X' }, at: START }] });
    expect((await journal.load()).answers).toEqual([{ key, answer: first }]);
  });
});

test('another step under the same version is kept as well: none is lost', async () => {
  const change = alarmChange(1);
  const other = { ...change, transition: { ...change.transition, comment: 'another' } };
  await commitAlarms(change, other);
  expect((await journal.transitions(ID)).map(({ comment }) => comment)).toEqual([
    undefined,
    'another',
  ]);
});

test('two events of one incident and revision are two rows', async () => {
  const { incident, event } = incidentChange(1);
  const second = { ...event, type: 'site_added', site: 'krakivets' } as const;
  await journal.commit({
    incidents: [
      { incident, event },
      { incident, event: second },
    ],
  });
  expect(await journal.incidentEvents(incident.id)).toEqual([event, second]);
});

test('the children of an old incident are found by it, however many came since', async () => {
  const child = incidentChange(1, { id: 'child', openedAt: START });
  const incident = { ...child.incident, parentId: 'parent' };
  await journal.commit({ incidents: [{ ...child, incident }] });
  const later = Array.from({ length: 1100 }, (_, i) =>
    incidentChange(1, { id: `later-${i}`, openedAt: START + 1 + i }),
  );
  await journal.commit({ incidents: later });
  expect(await journal.children('parent')).toEqual([incident]);
  expect(await journal.children('child')).toEqual([]);
});

describe('what is forgotten', () => {
  test('is what was remembered and is undefined now', async () => {
    const space = 'alarm_delay';
    await journal.commit({
      remembered: [
        { space, key: 'a', body: '1' },
        { space, key: 'b', body: '2' },
        { space, key: 'a', body: '3' },
      ],
    });
    await journal.commit({ remembered: [{ space, key: 'b', body: undefined }] });
    expect((await journal.load()).remembered).toEqual([{ space, key: 'a', body: '3' }]);
  });

  test('is an interruption that turned out to be part of another', async () => {
    await journal.commit({ outages: [outageOf('a', START), outageOf('b', START + 1)] });
    const whole = outageOf('a', START, START + 5);
    await journal.commit({ outages: [whole], removedOutages: ['b'] });
    expect(await journal.outages({})).toEqual([whole]);
  });

  test('are the oldest answers beyond 10,000', async () => {
    const answers = upTo(10_001).map((number) => ({
      key: `command-${number} x`,
      answer: { ok: true, version: number } as const,
      at: START,
    }));
    await journal.commit({ answers });
    const kept = (await journal.load()).answers;
    expect(kept).toHaveLength(10_000);
    expect(kept[0]?.key).toBe('command-2 x');
  });
});

describe('of the past', () => {
  const incident = (number: number, state: 'open' | 'taken' | 'resolved') =>
    incidentChange(1, { id: `incident-${number}`, state, openedAt: START + number });
  const intent = (incidentId: string) => ({
    ...({ id: `${incidentId}:1`, incidentId, revision: 1, kind: 'first', at: START } as const),
  });

  test('the newest 500 resolved incidents are loaded, and all that are not resolved with what is to be told', async () => {
    const incidents = [
      incident(1, 'open'),
      ...upTo(501).map((number) => incident(number + 10, 'resolved')),
      incident(2000, 'taken'),
    ];
    const intents = ['incident-1', 'incident-20', 'incident-2000'].map(intent);
    await journal.commit({ incidents, intents });
    const content = await journal.load();
    const ids = content.incidents.map(({ id }) => id);
    expect(ids).toHaveLength(502);
    expect(ids.slice(0, 2)).toEqual(['incident-1', 'incident-12']);
    expect(content.intents.map(({ incidentId }) => incidentId)).toEqual([
      'incident-1',
      'incident-2000',
    ]);
    expect(await journal.intents('incident-20')).toEqual([intent('incident-20')]);
  });

  test('incidents are found newest first, by state and by id', async () => {
    const incidents = [incident(1, 'open'), incident(2, 'resolved'), incident(3, 'taken')];
    await journal.commit({ incidents });
    const ids = async (filter: { state: 'open' | 'all'; limit: number }) =>
      (await journal.incidents(filter)).map(({ id }) => id);
    expect(await ids({ state: 'open', limit: 10 })).toEqual(['incident-3', 'incident-1']);
    expect(await ids({ state: 'all', limit: 2 })).toEqual(['incident-3', 'incident-2']);
    expect(await journal.incident('incident-2')).toEqual(incidents[1]?.incident);
    expect(await journal.incident('incident-9')).toBeUndefined();
  });

  test('outages are found by site and by the time that they touch', async () => {
    const elsewhere = { ...outageOf('d', START), site: 'yahodyn' };
    const outages = [
      outageOf('a', START - 20, START - 10),
      outageOf('b', START - 5, START + 5),
      outageOf('c', START + 8),
      elsewhere,
    ];
    await journal.commit({ outages: outages.toReversed() });
    const ids = async (filter: Parameters<Journal['outages']>[0]) =>
      (await journal.outages(filter)).map(({ id }) => id);
    expect(await ids({ site: 'krakivets' })).toEqual(['a', 'b', 'c']);
    expect(await ids({ site: 'krakivets', fromMs: START, toMs: START + 8 })).toEqual(['b']);
    expect(await ids({ fromMs: START + 5 })).toEqual(['d', 'c']);
    expect(await ids({ toMs: START - 5 })).toEqual(['a']);
  });

  test('outages of the newest 30 days are loaded, 1,000 at most, and every open one', async () => {
    const day = 86_400_000;
    const old = START - 31 * day;
    const outages = [
      outageOf('open', old),
      outageOf('old', old, old + 1),
      ...upTo(1001).map((number) => outageOf(`new-${number}`, START - number, START)),
    ];
    await journal.commit({ outages });
    const ids = (await journal.load()).outages.map(({ id }) => id);
    expect(ids).toHaveLength(1001);
    expect(ids.slice(0, 2)).toEqual(['open', 'new-1000']);
    await journal.commit({
      removedOutages: upTo(1001).map((number) => `new-${number}`),
      outages: [outageOf('newest', START, START + 1)],
    });
    expect((await journal.load()).outages.map(({ id }) => id)).toEqual(['open', 'newest']);
  });
});

describe('a file of an earlier version', () => {
  const changes = upTo(20).flatMap((version) => [
    alarmChange(version),
    alarmChange(version, 'ups-2'),
  ]);

  test('keeps its alarms, their transitions and the order of its devices, now in the chain', async () => {
    const old = join(folder.path, 'old.db');
    writeOldJournal(old, changes);
    await reopen(old);
    expect(await journal.transitions(ID)).toEqual(
      upTo(20).map((version) => alarmChange(version).transition),
    );
    expect((await journal.load()).alarms).toHaveLength(2);
    expect((await journal.orders.load()).map(({ record }) => record.device)).toEqual(['ups-1']);
    expect(await journal.verify()).toEqual({ rows: 40, head: expect.any(String) });
    await commitAlarms(alarmChange(21));
    await reopen(old);
    expect(await versions()).toEqual(upTo(21));
    expect(await journal.verify()).toEqual({ rows: 41, head: expect.any(String) });
  });

  test('stays as it was where it cannot be brought up to this one', async () => {
    const old = join(folder.path, 'old.db');
    writeOldJournal(old, changes);
    const database = new DatabaseSync(old);
    database.exec('CREATE TABLE audit (other)');
    const refused = new Journal(old);
    await expect(refused.load()).rejects.toMatchObject({ code: 'SVT_JOURNAL_FAILED' });
    await refused.stop();
    expect(database.prepare('SELECT count(*) AS count FROM transition').get()?.count).toBe(40);
    expect(database.prepare('PRAGMA user_version').get()?.user_version).toBe(0);
    database.close();
  });

  test('and one of a later version is left alone', async () => {
    await journal.load();
    tamper('PRAGMA user_version = 99');
    await journal.stop();
    const refused = new Journal(file);
    await expect(refused.load()).rejects.toMatchObject({
      code: 'SVT_JOURNAL_FAILED',
      message: expect.stringContaining('written by a later Svitlo (version 99'),
    });
    await refused.stop();
  });
});
