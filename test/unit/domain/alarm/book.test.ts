import { beforeEach, describe, expect, it } from 'vitest';
import type { AlarmChange } from '../../../../src/contract/alarm.ts';
import {
  type AlarmBook,
  alarmOf,
  alarmsOf,
  openAlarmBook,
  type SavedDelay,
  takeDelays,
} from '../../../../src/domain/alarm/book.ts';
import { command } from '../../../../src/domain/alarm/command.ts';
import {
  applyCondition,
  elapse,
  evaluate,
  interrupt,
} from '../../../../src/domain/alarm/engine.ts';
import type { Rule } from '../../../../src/domain/alarm/rule-shape.ts';
import { alarmRule, alarmSubject } from '../../../support/alarm-rule.ts';

const ALARM = 'krakivets.ups-1.UPS_ON_BATTERY';

let book: AlarmBook;
let rules: readonly Rule[];
let saved: Map<string, string | undefined>;

beforeEach(() => {
  book = openAlarmBook([]);
  rules = [alarmRule({ onDelayMs: 10_000 })];
  saved = new Map();
});

function say(status: string, now: number): AlarmChange[] {
  return evaluate(book, rules, alarmSubject(status, now), now);
}

function wait(now: number): AlarmChange[] {
  return elapse(book, now, () => true);
}

function save(): SavedDelay[] {
  const taken = takeDelays(book);
  for (const { key, body } of taken) saved.set(key, body);
  return taken;
}

function restart({ isSaved = true } = {}): void {
  if (isSaved) save();
  book = openAlarmBook(
    alarmsOf(book),
    [...saved].map(([key, body]) => ({ key, body })),
  );
}

describe('a book that is opened again', () => {
  it('raises what had begun to wait, though the journal has no alarm of it yet', () => {
    say('OB', 0);
    expect(alarmsOf(book)).toEqual([]);
    restart();
    expect(alarmsOf(book)).toEqual([]);
    expect(alarmOf(book, ALARM)).toBeUndefined();
    expect(wait(9999)).toEqual([]);
    expect(wait(10_000)[0]?.alarm).toMatchObject({ id: ALARM, occurrence: 1, version: 1 });
  });

  it('clears nothing before it has heard of it, however late that is', () => {
    say('OB', 0);
    wait(10_000);
    say('OL', 20_000);
    restart();
    expect(wait(900_000)).toEqual([]);
    expect(say('OL', 900_001)[0]?.transition).toMatchObject({ event: 'CLEAR', at: 900_001 });
  });

  it('goes on counting towards normal once it has heard of it', () => {
    say('OB', 0);
    wait(10_000);
    say('OL', 20_000);
    restart();
    say('OL', 30_000);
    expect(wait(79_999)).toEqual([]);
    expect(wait(80_000)).toHaveLength(1);
  });

  it('begins to count anew where the device is silent', () => {
    say('OB', 0);
    wait(10_000);
    say('OL', 20_000);
    restart();
    interrupt(book, 'krakivets', 'ups-1');
    expect(say('OL', 900_000)).toEqual([]);
    expect(wait(960_000)).toHaveLength(1);
  });

  it('waits for a first word of a site’s condition, too', () => {
    const rule = alarmRule({ code: 'SITE_OUTAGE', kind: 'site' });
    const site = { site: 'krakivets' };
    const ended = { truth: 'inactive', reason: 'site_with_mains' } as const;
    applyCondition(book, rule, site, { truth: 'active', reason: 'site_without_mains' }, 0);
    applyCondition(book, rule, site, ended, 1000);
    restart();
    expect(wait(61_000)).toEqual([]);
    expect(applyCondition(book, rule, site, ended, 61_500)).toHaveLength(1);
  });

  it('asks again when it would have, though nothing was saved of it', () => {
    rules = [alarmRule({ reAlarmMs: 600_000 })];
    say('OB', 1000);
    restart({ isSaved: false });
    say('OB', 2000);
    expect(wait(600_999)).toEqual([]);
    expect(wait(601_000)[0]?.transition.event).toBe('RE_ALARM');
  });

  it('ends chattering though nothing was saved of it', () => {
    rules = [alarmRule({ offDelayMs: 0 })];
    for (const [status, at] of [
      ['OB', 0],
      ['OL', 10],
      ['OB', 20],
    ] as const)
      say(status, at);
    restart({ isSaved: false });
    expect(wait(60_020)[0]?.transition).toMatchObject({ event: 'CHATTERING', reason: 'steady' });
  });

  it('takes up no delay that is older than its alarm, but who shelved it and when', () => {
    rules = [alarmRule()];
    say('OB', 0);
    const until = new Date(3_600_000).toISOString();
    const seen = { commandId: 'c-1', alarmId: ALARM, occurrence: 1 };
    const shelve = { ...seen, type: 'shelve', version: 1, until, reason: 'noise' } as const;
    const olena = { name: 'Olena', isVerified: false };
    command(book, () => rules[0], shelve, olena, 400);
    say('OL', 1000);
    save();
    const acknowledge = { ...seen, type: 'acknowledge', version: 2 } as const;
    command(book, () => rules[0], acknowledge, olena, 1500);
    restart({ isSaved: false });
    expect(say('OL', 70_000)).toEqual([]);
    expect(wait(130_000).at(-1)?.alarm).toMatchObject({ state: 'NORM', suppression: 'none' });
    const late = { ...shelve, version: 3 };
    expect(command(book, () => rules[0], { ...late, version: 5 }, olena, 131_000)).toMatchObject({
      outcome: 'done',
    });
    restart();
    expect(command(book, () => rules[0], late, olena, 131_500)).toEqual({
      outcome: 'already',
      by: 'Olena',
      at: 131_000,
    });
  });
});

describe('what is saved', () => {
  it('is what changed since it was last taken, and nothing twice', () => {
    say('OB', 0);
    expect(save().map(({ key }) => key)).toEqual([ALARM]);
    expect(save()).toEqual([]);
    say('OB', 1000);
    expect(save()).toEqual([]);
  });

  it('is forgotten where nothing waits any more', () => {
    say('OB', 0);
    save();
    say('OL', 1000);
    expect(save()).toEqual([{ key: ALARM, body: undefined }]);
    restart();
    expect(wait(10_000)).toEqual([]);
  });

  it('is nothing of an alarm of which all is shown', () => {
    rules = [alarmRule({ onDelayMs: 10_000, offDelayMs: 0 })];
    say('OB', 0);
    wait(10_000);
    wait(70_000);
    expect(save()).toEqual([{ key: ALARM, body: undefined }]);
    const seen = { commandId: 'c-1', alarmId: ALARM, occurrence: 1, version: 1 };
    command(
      book,
      () => undefined,
      { type: 'acknowledge', ...seen },
      { name: 'O', isVerified: true },
      71_000,
    );
    expect(save()).toMatchObject([{ key: ALARM }]);
  });
});
