import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Journal } from '../../src/adapters/sqlite/journal.ts';
import { auditHash } from '../../src/adapters/sqlite/journal-audit.ts';
import { AUDIT_UNSEEN, verifySlice } from '../../src/adapters/sqlite/journal-verify.ts';
import { alarmChange } from '../support/alarm-change.ts';
import { journalEntry } from '../support/journal-entry.ts';
import { writeOldJournal } from '../support/old-journal.ts';
import { runCommand } from '../support/run-command.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const command = resolve(import.meta.dirname, '../../src/command/journal.ts');
/** Five for each entry. */
const ROWS = 20;

let folder: TempFolder;
let file: string;
let journal: Journal;

beforeEach(async () => {
  folder = await tempFolder('audit');
  file = join(folder.path, 'journal.db');
  journal = new Journal(file);
  for (const number of [1, 2, 3, 4]) await journal.commit(journalEntry(number));
});

afterEach(async () => {
  await journal?.stop();
  await folder?.remove();
});

function change(sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

/** Changes the file as somebody would who has it to himself. */
async function tamper(sql: string): Promise<void> {
  await journal.stop();
  change(`DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; ${sql}`);
  journal = new Journal(file);
}

function hashAt(seq: number): string {
  const database = new DatabaseSync(file);
  const row = database.prepare('SELECT hash FROM audit WHERE seq = ?').get(seq);
  database.close();
  return String(row?.hash);
}

const verify = (env: Record<string, string> = {}, data = folder.path) =>
  runCommand(process.execPath, [command, 'verify', '--data', data], {
    env: { SVITLO_LANG: 'en', ...env },
  });

describe('the audit', () => {
  test('has a row for each step, event, intent and command, none twice, in the order of the entry', () => {
    const database = new DatabaseSync(file);
    const rows = database
      .prepare('SELECT seq, kind, subject, version FROM audit ORDER BY seq LIMIT 5')
      .all();
    database.close();
    const alarm = 'krakivets.ups-1.UPS_ON_BATTERY';
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { seq: 1, kind: 'transition', subject: alarm, version: 1 },
      { seq: 2, kind: 'transition', subject: alarm, version: 2 },
      { seq: 3, kind: 'incident_event', subject: 'krakivets-1', version: 1 },
      { seq: 4, kind: 'intent', subject: 'krakivets-1', version: 1 },
      { seq: 5, kind: 'command', subject: 'command-1 x', version: 1 },
    ]);
  });

  test('cannot be changed or deleted by way of SQL', () => {
    expect(() => change("UPDATE audit SET body = '{}' WHERE seq = 3")).toThrow(/append-only/);
    expect(() => change('DELETE FROM audit WHERE seq = 3')).toThrow(/append-only/);
  });

  test('goes on with its chain after a restart', async () => {
    const { head } = await journal.verify();
    expect(head).toBe(hashAt(ROWS));
    await journal.stop();
    journal = new Journal(file);
    await journal.commit({ alarms: [alarmChange(9)] });
    expect(await journal.verify()).toEqual({ rows: ROWS + 1, head: hashAt(ROWS + 1) });
  });

  test('tells who entered what into the outage schedule', async () => {
    const command = { type: 'remove-day' as const, day: { date: '2026-11-24', queue: '3.1' } };
    const actor = { name: 'olena', isVerified: true };
    await journal.commit({ schedule: [{ at: 7, actor, command }] });
    expect(await journal.verify()).toEqual({ rows: ROWS + 1, head: hashAt(ROWS + 1) });
    const database = new DatabaseSync(file);
    const row = database.prepare('SELECT * FROM audit ORDER BY seq DESC LIMIT 1').get();
    database.close();
    expect(row).toMatchObject({ at: 7, kind: 'schedule', subject: 'remove-day' });
    expect(JSON.parse(String(row?.body))).toEqual({ at: 7, actor, ...command });
  });

  test('holds whatever characters a command brings', async () => {
    const answer = { ok: true, version: 1 } as const;
    const keys = ['a\nb c', 'a\u0000b', 'a\ud800b', 'сигнал "1"'];
    await journal.commit({ answers: keys.map((key) => ({ key, answer, at: 1.5 })) });
    expect(await journal.verify()).toMatchObject({ rows: ROWS + keys.length });
    expect(await journal.verify()).not.toHaveProperty('brokenAt');
  });

  test('is checked a part at a time: what is committed meanwhile does not wait for all of it', async () => {
    const alarms = Array.from({ length: 20_000 }, (_, index) => alarmChange(index + 9));
    await journal.commit({ alarms });
    const order: string[] = [];
    await Promise.all([
      journal.verify().then(({ rows }) => order.push(`verified ${rows}`)),
      journal.commit({ alarms: [alarmChange(1, 'ups-2')] }).then(() => order.push('committed')),
    ]);
    expect(order).toEqual(['committed', `verified ${ROWS + 20_001}`]);
  });
});

/** What was done to the file, and the first row that does not hold afterwards. */
const FORGERIES: [string, string, number][] = [
  ['a changed body', `UPDATE audit SET body = replace(body, 'on_battery', 'x') WHERE seq = 6`, 6],
  ['a changed time', 'UPDATE audit SET at = at + 1 WHERE seq = 7', 7],
  ['another kind', `UPDATE audit SET kind = 'command' WHERE seq = 8`, 8],
  ['another subject', `UPDATE audit SET subject = 'x' WHERE seq = 9`, 9],
  ['a changed version', 'UPDATE audit SET version = 99 WHERE seq = 9', 9],
  ['a changed hash', `UPDATE audit SET hash = upper(hash) WHERE seq = 10`, 10],
  ['a deleted row', 'DELETE FROM audit WHERE seq = 5', 5],
  ['the first row deleted', 'DELETE FROM audit WHERE seq = 1', 1],
  ['the last rows deleted', `DELETE FROM audit WHERE seq > ${ROWS - 2}`, ROWS - 1],
  [
    'a deleted row whose place the next one took',
    'DELETE FROM audit WHERE seq = 5; UPDATE audit SET seq = seq - 1 WHERE seq > 5',
    5,
  ],
  [
    'two rows that changed places',
    `UPDATE audit SET seq = -11 WHERE seq = 11; UPDATE audit SET seq = 11 WHERE seq = 12;
     UPDATE audit SET seq = 12 WHERE seq = -11`,
    11,
  ],
  [
    'a row before the first',
    `INSERT INTO audit SELECT -1, at, kind, subject, version, body, hash FROM audit WHERE seq = 1`,
    -1,
  ],
  ['an end that is another', `UPDATE audit_head SET hash = '00'`, ROWS],
];

describe('verify finds', () => {
  test.each(FORGERIES)('%s', async (_what, sql, row) => {
    await tamper(sql);
    expect(await journal.verify()).toMatchObject({ brokenAt: row });
  });

  test('the last rows deleted, after the monitor went on as well', async () => {
    await tamper(`DELETE FROM audit WHERE seq > ${ROWS - 2}`);
    await journal.commit({ alarms: [alarmChange(9)] });
    expect(await journal.verify()).toMatchObject({ brokenAt: ROWS - 1 });
  });

  test('a row that is chained on by a stranger, but not written as the end', async () => {
    const row = { seq: ROWS + 1, at: 1, kind: 'command', subject: 'x', version: 1, body: '{}' };
    const hash = auditHash(hashAt(ROWS), row as Parameters<typeof auditHash>[1]);
    const values = Object.values({ ...row, hash }).map((value) => `'${value}'`);
    await tamper(`INSERT INTO audit VALUES (${values.join()})`);
    expect(await journal.verify()).toEqual({
      rows: ROWS + 1,
      head: hash,
      brokenAt: ROWS + 1,
    });
  });

  test('flipped bits in the file', async () => {
    await journal.stop();
    const bytes = await readFile(file);
    // Some of these lie where SQLite left them behind when it divided a page, and stand for nothing.
    const text = '"from":"UNACK"';
    for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + 1))
      bytes.writeUInt8(bytes.readUInt8(at + 9) ^ 1, at + 9);
    await writeFile(file, bytes);
    journal = new Journal(file);
    expect(await journal.verify()).toMatchObject({ rows: 1, brokenAt: 2 });
  });

  test('a page of the file that cannot be read', async () => {
    await journal.stop();
    const database = new DatabaseSync(file);
    const found = database
      .prepare("SELECT rootpage AS page FROM sqlite_schema WHERE name = 'audit'")
      .get();
    const size = Number(database.prepare('PRAGMA page_size').get()?.page_size);
    database.close();
    const bytes = await readFile(file);
    bytes.fill(0xff, size * (Number(found?.page) - 1), size * Number(found?.page));
    await writeFile(file, bytes);
    journal = new Journal(file);
    expect(await journal.verify()).toMatchObject({ rows: 0, brokenAt: 1 });
  });
});

describe('npm run journal -- verify', () => {
  test('tells, while the monitor runs, that the chain holds, and its head', async () => {
    const { status, stdout } = await verify();
    expect(stdout).toBe(
      `The audit holds: ${ROWS} rows, none changed or missing.\nHash of the last row: ${hashAt(ROWS)}\n`,
    );
    expect(status).toBe(0);
    await journal.commit(journalEntry(5));
    expect((await verify({ SVITLO_LANG: 'uk' })).stdout).toContain(
      `Аудит цілий: рядків ${ROWS + 5}`,
    );
  });

  test('takes the folder and the language of the monitor', async () => {
    const { status, stdout } = await runCommand(process.execPath, [command, 'verify'], {
      env: { SVITLO_DATA_DIR: folder.path, SVITLO_LANG: '' },
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('Аудит') });
  });

  test('names the first row that was changed, and what was expected there', async () => {
    const expected = hashAt(6);
    const subject = 'krakivets.ups-1.UPS_ON_BATTERY';
    await tamper(`UPDATE audit SET hash = '${'ab'.repeat(32)}' WHERE seq = 6`);
    const { status, stdout } = await verify();
    expect(status).toBe(1);
    expect(stdout).toContain('broken at row 6; the rows before it hold: 5.');
    expect(stdout).toContain(`transition  ${subject}`);
    expect(stdout).toContain(`Expected: ${expected}\nFound:    ${'ab'.repeat(32)}`);
  });

  test('names a missing row, in Ukrainian', async () => {
    await tamper('DELETE FROM audit WHERE seq = 5');
    const { status, stdout } = await verify({ SVITLO_LANG: 'uk' });
    expect(status).toBe(1);
    expect(stdout).toContain('Аудит порушено в рядку 5');
    expect(stdout).toContain('Очікувалося: 5\nЗнайдено:    6');
  });

  test('ends with 2 where there is nothing to check, and makes no file', async () => {
    const empty = join(folder.path, 'empty');
    const { status, stderr } = await verify({}, empty);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining(`${join(empty, 'journal.db')}: there is no such file`),
    });
    await using other = await tempFolder('other');
    await writeFile(join(other.path, 'journal.db'), 'x'.repeat(8192));
    expect(await verify({}, other.path)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('cannot be read: file is not a database'),
    });
    await using old = await tempFolder('old');
    writeOldJournal(join(old.path, 'journal.db'), [alarmChange(1)]);
    expect(await verify({}, old.path)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('another version of Svitlo'),
    });
  });

  test('tells how it is called where it is called in another way', async () => {
    for (const args of [[], ['verify', 'twice'], ['--nothing'], ['repair']]) {
      const { status, stderr } = await runCommand(process.execPath, [command, ...args], {
        env: { SVITLO_LANG: 'en' },
      });
      expect({ status, stderr }).toEqual({
        status: 2,
        stderr: expect.stringContaining('npm run journal -- verify [--data FOLDER]'),
      });
    }
  });
});

/** Between the rows and the chain's end the monitor commits. */
class Interrupted extends DatabaseSync {
  override prepare(sql: string) {
    if (sql.includes('audit_head')) change('UPDATE audit_head SET seq = seq + 1');
    return super.prepare(sql);
  }
}

test('what is committed while it is walked is no fault', () => {
  const database = new Interrupted(file, { readOnly: true });
  const { isDone, fault, head } = verifySlice(database, AUDIT_UNSEEN, 1000);
  database.close();
  expect({ isDone, fault, rows: head.seq }).toEqual({ isDone: true, fault: undefined, rows: ROWS });
});
