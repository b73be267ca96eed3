import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ClockSettings } from '../../../src/adapters/sqlite/clock-settings.ts';
import { SpoolFill } from '../../../src/adapters/sqlite/spool-fill.ts';
import { refuseBeyond } from '../../../src/adapters/sqlite/spool-limit.ts';
import { createSpoolTables } from '../../../src/adapters/sqlite/spool-schema.ts';
import { ROOMY } from '../../support/spool.ts';

const DAY = 86_400_000;
/** The date of a system image, and what the time server then says. */
const IMAGE = Date.UTC(2024, 0, 1);
const TRUE = Date.UTC(2026, 9, 1);

let database: DatabaseSync;
let upMs: number;
let offsetMs: number;
let clock: ClockSettings;
let fill: SpoolFill;

beforeEach(() => {
  database = new DatabaseSync(':memory:');
  createSpoolTables(database);
});

afterEach(() => {
  database.close();
});

const moment = () => ({ now: offsetMs + upMs, upMs });

/** A process that begins at this date, on what is in the file. */
function begin(date: number): void {
  upMs = 1000;
  offsetMs = date - upMs;
  clock = new ClockSettings(database, moment());
  fill = new SpoolFill(database, clock);
}

function pass(ms: number): void {
  upMs += ms;
}

function setClock(date: number): void {
  offsetMs = date - upMs;
}

/** Takes a batch; throws where the age of what waits forbids it. */
function take(): void {
  const { now } = moment();
  if (clock.follow(moment())) fill.clockSet();
  const limits = { ...ROOMY, maxAgeMs: 30 * DAY };
  refuseBeyond(limits, { file: join(tmpdir(), 'spool.db'), fill, now });
  const add = "INSERT INTO batch (at, count, crc32, minutes, lines) VALUES (?, 1, 0, '[]', x'00')";
  database.prepare(add).run(now);
  fill.added(1, 1, now);
}

it('what was taken before the clock was set is as old as it waits', () => {
  begin(IMAGE);
  take();
  pass(DAY);
  setClock(TRUE);
  take();
  expect(fill.depth().oldestAt).toBe(TRUE - DAY);
  pass(29 * DAY + 1);
  expect(take).toThrow(/points wait for the store since 2026-09-30/);
});

it('and still is for a process that begins later', () => {
  begin(IMAGE);
  take();
  setClock(TRUE);
  take();
  begin(TRUE + DAY);
  expect(fill.depth().oldestAt).toBe(TRUE);
  take();
});

it('what was found counts from the start at most, where the clock is put forward', () => {
  begin(IMAGE);
  take();
  begin(IMAGE + DAY);
  pass(1000);
  setClock(TRUE);
  take();
  expect(fill.depth().oldestAt).toBe(TRUE - DAY - 1000);

  begin(IMAGE);
  setClock(TRUE + DAY);
  take();
  expect(fill.depth().oldestAt).toBe(TRUE + DAY);
});

it('a clock that is put back makes nothing older that was found', () => {
  begin(TRUE);
  take();
  begin(TRUE + 20 * DAY);
  take();
  setClock(TRUE + DAY);
  take();
  expect(fill.depth().oldestAt).toBe(TRUE);
});

it('a clock that is steered changes nothing', () => {
  begin(TRUE);
  take();
  for (let step = 0; step < 100; step += 1) {
    setClock(moment().now + 1000);
    take();
  }
  expect(fill.depth().oldestAt).toBe(TRUE);
});

it('settings go with the batches that they are about', () => {
  begin(IMAGE);
  take();
  setClock(TRUE);
  take();
  clock.forgetUpTo(1);
  expect(database.prepare('SELECT * FROM clock_setting').all()).toEqual([]);
});
