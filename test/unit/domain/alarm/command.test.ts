import { beforeEach, describe, expect, it } from 'vitest';
import type { AlarmChange } from '../../../../src/contract/alarm.ts';
import type { AlarmCommand } from '../../../../src/contract/command.ts';
import { type AlarmBook, alarmOf, openAlarmBook } from '../../../../src/domain/alarm/book.ts';
import { type CommandOutcome, command } from '../../../../src/domain/alarm/command.ts';
import { elapse, evaluate } from '../../../../src/domain/alarm/engine.ts';
import type { Rule } from '../../../../src/domain/alarm/rule-shape.ts';
import { alarmRules, alarmSubject } from '../../../support/alarm-rule.ts';

const ALARM = 'krakivets.ups-1.UPS_ON_BATTERY';
const HOUR = 3_600_000;
const olena = { name: 'Olena', isVerified: false };
const petro = { name: 'Petro', isVerified: true };

let book: AlarmBook;
let rules: readonly Rule[];

beforeEach(() => {
  book = openAlarmBook([]);
  rules = alarmRules({ offDelayMs: 0 });
  say('OB', 0);
});

function say(status: string, now: number): AlarmChange[] {
  return evaluate(book, rules, alarmSubject(status, now), now);
}

const words = {
  shelve: { until: new Date(HOUR).toISOString(), reason: 'noise' },
  'out-of-service': { reason: 'repair', workOrder: 'W-7' },
};

interface Asked {
  at?: number;
  by?: typeof olena;
  [key: string]: unknown;
}

/** Commands the alarm as it stands, unless told otherwise. */
function order(type: AlarmCommand['type'], { at = 500, by = olena, ...rest }: Asked = {}) {
  const { occurrence, version } = alarmOf(book, ALARM) ?? { occurrence: 1, version: 1 };
  const more = type === 'shelve' || type === 'out-of-service' ? words[type] : {};
  const seen = { type, commandId: 'c-1', alarmId: ALARM, occurrence, version };
  const asked = { ...seen, ...more, ...rest } as AlarmCommand;
  return command(book, ({ code }) => rules.find((rule) => rule.code === code), asked, by, at);
}

function changeOf(result: CommandOutcome): AlarmChange {
  if (result.outcome !== 'done') throw new Error(result.outcome);
  return result.change;
}

describe('a command', () => {
  it.each([
    ['acknowledge', { event: 'ACKNOWLEDGE', to: 'ACKED', reason: 'acknowledged' }, undefined],
    ['shelve', { event: 'SHELVE', to: 'UNACK', reason: 'shelved' }, 'noise'],
    [
      'out-of-service',
      { event: 'OUT_OF_SERVICE', to: 'UNACK', reason: 'taken_out_of_service' },
      'W-7; repair',
    ],
  ] as const)('to %s names who, when and by which command', (type, step, text) => {
    const result = order(type, { by: petro });
    const { alarm, transition } = changeOf(result);
    expect(transition).toMatchObject({
      ...step,
      from: 'UNACK',
      version: 2,
      at: 500,
      actor: 'Petro',
      isActorVerified: true,
      commandId: 'c-1',
    });
    expect(transition.comment).toBe(text);
    expect(result).toMatchObject({ version: 2 });
    expect(alarmOf(book, ALARM)).toEqual(alarm);
  });

  it.each([
    ['acknowledge', 'seen'],
    ['shelve', 'noise; seen'],
    ['out-of-service', 'W-7; repair; seen'],
  ] as const)('to %s keeps what the person wrote', (type, text) => {
    expect(changeOf(order(type, { comment: 'seen' })).transition.comment).toBe(text);
  });

  it.each(['acknowledge', 'reset', 'shelve', 'unshelve', 'out-of-service', 'return'] as const)(
    'to %s an alarm that does not exist is refused',
    (type) => {
      expect(order(type, { alarmId: 'x' })).toEqual({ outcome: 'not_found' });
    },
  );

  it('on an alarm that was never raised is refused', () => {
    book = openAlarmBook([]);
    rules = alarmRules({ onDelayMs: 1000 });
    say('OB', 0);
    expect(order('acknowledge')).toEqual({ outcome: 'not_found' });
  });

  it.each([
    { why: 'another occurrence', seen: { occurrence: 2 } },
    { why: 'an older version', seen: { version: 0 } },
    { why: 'a version that is not there yet', seen: { version: 9 } },
  ])('on $why is refused, and nobody was first', ({ seen }) => {
    expect(order('acknowledge', seen)).toEqual({ outcome: 'changed' });
    expect(order('shelve', seen)).toEqual({ outcome: 'changed' });
    expect(alarmOf(book, ALARM)).toMatchObject({ state: 'UNACK', version: 1 });
  });

  it('on what a person has changed since tells who that was', () => {
    order('shelve', { by: petro, at: 400 });
    const seen = { outcome: 'changed', by: 'Petro', at: 400 };
    expect(order('acknowledge', { version: 1 })).toEqual(seen);
    order('acknowledge', { at: 450 });
    say('OL', 460);
    say('OB', 470);
    expect(order('acknowledge', { version: 1, occurrence: 1 })).toEqual({ outcome: 'changed' });
  });
});

describe('an acknowledgement', () => {
  it('is shown with the alarm', () => {
    order('acknowledge');
    expect(alarmOf(book, ALARM)).toMatchObject({
      state: 'ACKED',
      acknowledgedBy: 'Olena',
      acknowledgedAt: 500,
    });
  });

  it('of a returned alarm is normal', () => {
    say('OL', 1000);
    expect(changeOf(order('acknowledge')).alarm.state).toBe('NORM');
  });

  it('after another tells who was first, whatever version was seen', () => {
    order('acknowledge', { by: petro, at: 400 });
    for (const version of [1, 2]) {
      expect(order('acknowledge', { version })).toEqual({
        outcome: 'already',
        by: 'Petro',
        at: 400,
      });
    }
  });

  it('that is late never opens what has returned to normal', () => {
    order('shelve');
    say('OL', 1000);
    expect(order('acknowledge', { version: 1 })).toEqual({ outcome: 'not_active' });
    expect(alarmOf(book, ALARM)?.state).toBe('NORM');
  });

  it('of the occurrence before is not one of this', () => {
    order('acknowledge');
    say('OL', 1000);
    say('OB', 2000);
    expect(order('acknowledge', { occurrence: 1, version: 1 })).toEqual({ outcome: 'changed' });
    expect(alarmOf(book, ALARM)?.state).toBe('UNACK');
  });
});

describe('a reset', () => {
  beforeEach(() => {
    rules = alarmRules({ offDelayMs: 0, isLatched: true });
    say('OB', 1);
  });

  it('needs an acknowledgement first', () => {
    say('OL', 1000);
    expect(order('reset')).toEqual({ outcome: 'refused', refusal: 'acknowledge_first' });
  });

  it('lifts the latch, once', () => {
    order('acknowledge');
    say('OL', 1000);
    expect(changeOf(order('reset', { by: petro, at: 2000 })).alarm.state).toBe('NORM');
    expect(order('reset')).toEqual({ outcome: 'already', by: 'Petro', at: 2000 });
  });

  it('of what is active means nothing', () => {
    expect(order('reset')).toEqual({ outcome: 'not_active' });
  });
});

describe('shelving', () => {
  it('is refused for what must never be hidden, and where no rule is known', () => {
    rules = alarmRules({ isShelvable: false });
    expect(order('shelve')).toEqual({ outcome: 'refused', refusal: 'unshelvable' });
    rules = [];
    expect(order('shelve')).toEqual({ outcome: 'refused', refusal: 'unshelvable' });
    expect(alarmOf(book, ALARM)?.suppression).toBe('none');
  });

  it.each([
    ['critical', 1],
    ['major', 8],
    ['minor', 24],
    ['warning', 24],
  ] as const)('of a %s alarm is refused for more than %i h', (severity, hours) => {
    book = openAlarmBook([]);
    rules = alarmRules({ severity });
    say('OB', 0);
    const untilMs = 500 + hours * HOUR;
    const late = new Date(untilMs + 60_001).toISOString();
    expect(order('shelve', { until: late })).toEqual({
      outcome: 'refused',
      refusal: 'shelf_too_long',
    });
    // A page's clock may be ahead of ours: what it takes for the longest time is given.
    const until = new Date(untilMs + 60_000).toISOString();
    expect(changeOf(order('shelve', { until })).alarm.shelvedUntil).toBe(untilMs);
  });

  it.each([0, 500])('until %i ms, which is over, is refused', (ms) => {
    const until = new Date(ms).toISOString();
    expect(order('shelve', { until })).toEqual({
      outcome: 'refused',
      refusal: 'shelf_in_the_past',
    });
  });

  it('after another tells who was first', () => {
    order('shelve', { by: petro, at: 400 });
    expect(order('shelve')).toEqual({ outcome: 'already', by: 'Petro', at: 400 });
  });

  it('that was taken up without the time of its begin tells who was first all the same', () => {
    order('shelve', { by: petro });
    const alarm = alarmOf(book, ALARM);
    book = openAlarmBook(alarm === undefined ? [] : [alarm]);
    expect(order('shelve')).toEqual({ outcome: 'already', by: 'Petro' });
  });

  it('ends as a person wishes, once', () => {
    order('shelve');
    expect(changeOf(order('unshelve', { by: petro, at: 600 })).transition).toMatchObject({
      event: 'UNSHELVE',
      fromSuppression: 'shelved',
      toSuppression: 'none',
    });
    expect(order('unshelve')).toEqual({ outcome: 'already', by: 'Petro', at: 600 });
  });

  it('that has ended by itself cannot be ended', () => {
    order('shelve');
    elapse(book, HOUR, () => true);
    expect(order('unshelve')).toEqual({ outcome: 'not_active' });
  });
});

describe('service', () => {
  it('is taken once, and tells who was first', () => {
    order('out-of-service', { by: petro, at: 400 });
    expect(order('out-of-service')).toEqual({ outcome: 'already', by: 'Petro', at: 400 });
  });

  it('is returned to once, by a person alone', () => {
    expect(order('return')).toEqual({ outcome: 'not_active' });
    order('out-of-service');
    expect(elapse(book, 10_000 * HOUR, () => true)).toEqual([]);
    expect(changeOf(order('return', { at: 600 })).transition).toMatchObject({
      event: 'RETURN_TO_SERVICE',
      reason: 'returned_to_service',
    });
    expect(order('return')).toEqual({ outcome: 'already', by: 'Olena', at: 600 });
  });
});
