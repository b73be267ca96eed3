import { beforeEach, describe, expect, it } from 'vitest';
import type { AlarmChange } from '../../../../src/contract/alarm.ts';
import {
  type AlarmBook,
  acknowledge,
  elapse,
  evaluate,
  interrupt,
  openAlarmBook,
  shiftDelays,
  wouldRaise,
} from '../../../../src/domain/alarm/engine.ts';
import { type Rule, rulesWith } from '../../../../src/domain/alarm/rule.ts';

const OFF_DELAY = 60_000;
const ON_BATTERY = 'krakivets.ups-1.UPS_ON_BATTERY';
const CRITICAL = 'krakivets.ups-1.UPS_CRITICAL';
const olena = { name: 'Olena', isVerified: false };

let book: AlarmBook;
let rules: readonly Rule[];

beforeEach(() => {
  book = openAlarmBook([]);
  rules = rulesWith(OFF_DELAY);
});

function say(status: string, now: number): AlarmChange[] {
  const values = { 'ups.status': status };
  const subject = { site: 'krakivets', device: 'ups-1', kind: 'ups', ts: now - 5, values } as const;
  return evaluate(book, rules, subject, now);
}

function take(version: number, occurrence = 1, alarmId = ON_BATTERY) {
  return acknowledge(book, { commandId: 'c-1', alarmId, occurrence, version }, olena, 500);
}

const steps = (changes: AlarmChange[]) =>
  changes.map(({ transition: { alarmId, from, to, reason, at } }) => ({
    alarmId,
    from,
    to,
    reason,
    at,
  }));

describe('a raise', () => {
  it('makes the first occurrence, with its reason and both times', () => {
    expect(say('OB', 100)).toEqual([
      {
        alarm: {
          id: ON_BATTERY,
          code: 'UPS_ON_BATTERY',
          site: 'krakivets',
          device: 'ups-1',
          severity: 'major',
          priority: 2,
          state: 'UNACK',
          suppression: 'none',
          occurrence: 1,
          version: 1,
          raisedAt: 100,
          changedAt: 100,
          value: 'OB',
          reason: 'on_battery',
        },
        transition: {
          alarmId: ON_BATTERY,
          occurrence: 1,
          version: 1,
          from: 'NORM',
          to: 'UNACK',
          reason: 'on_battery',
          at: 100,
          sourceTs: 95,
        },
      },
    ]);
  });

  it('happens once for a condition that lasts', () => {
    say('OB', 100);
    expect(say('OB DISCHRG', 200)).toEqual([]);
  });

  it('gives a critical alarm priority 1 beside the major one', () => {
    const raised = say('OB LB', 100).map(({ alarm: { id, priority } }) => ({ id, priority }));
    expect(raised).toEqual([
      { id: ON_BATTERY, priority: 2 },
      { id: CRITICAL, priority: 1 },
    ]);
  });

  it('is no matter of a device of another kind', () => {
    const values = { 'ups.status': 'OB' };
    const subject = { site: 'krakivets', device: 's-1', kind: 'scanner', ts: 0, values } as const;
    expect(evaluate(book, rules, subject, 0)).toEqual([]);
  });

  it('waits for an on-delay, and never comes when its condition ends within it', () => {
    rules = rulesWith(OFF_DELAY).map((rule) => ({ ...rule, onDelayMs: 1000 }));
    say('OB', 100);
    expect(elapse(book, rules, 1099)).toEqual([]);
    say('OL', 1099);
    expect(elapse(book, rules, 1100)).toEqual([]);
    say('OB', 2000);
    say('WAIT', 2500);
    interrupt(book, 'krakivets', 'ups-1');
    expect(steps(elapse(book, rules, 3000))).toEqual([
      { alarmId: ON_BATTERY, from: 'NORM', to: 'UNACK', reason: 'on_battery', at: 3000 },
    ]);
  });

  it('shows no value that is neither text nor number', () => {
    rules = rulesWith(0).map((rule) => ({ ...rule, metric: 'mains.present' }));
    const values = { 'ups.status': 'OB', 'mains.present': false };
    const subject = { site: 'krakivets', device: 'ups-1', kind: 'ups', ts: 0, values } as const;
    expect(evaluate(book, rules, subject, 0)[0]?.alarm).not.toHaveProperty('value');
  });
});

describe('a return to normal', () => {
  beforeEach(() => {
    say('OB', 0);
  });

  it('waits for the off-delay, counted from the first sight of mains', () => {
    say('OL', 1000);
    say('OL CHRG', 31_000);
    expect(elapse(book, rules, 60_999)).toEqual([]);
    const [change] = elapse(book, rules, 61_000);
    expect(change?.alarm).toMatchObject({
      state: 'RTN_UNACK',
      occurrence: 1,
      version: 2,
      clearedAt: 61_000,
      value: 'OL CHRG',
      reason: 'returned_to_mains',
    });
    expect(elapse(book, rules, 200_000)).toEqual([]);
  });

  it('comes with a message too, once the delay has ended', () => {
    say('OL', 1000);
    expect(steps(say('OL', 61_000))).toEqual([
      {
        alarmId: ON_BATTERY,
        from: 'UNACK',
        to: 'RTN_UNACK',
        reason: 'returned_to_mains',
        at: 61_000,
      },
    ]);
    expect(elapse(book, rules, 61_000)).toEqual([]);
  });

  it('begins anew after every flap of the grid', () => {
    say('OL', 1000);
    say('OB', 50_000);
    say('OL', 55_000);
    expect(elapse(book, rules, 114_999)).toEqual([]);
    expect(elapse(book, rules, 115_000)).toHaveLength(1);
  });

  it.each(['', 'WAIT', 'OB CAL'])('begins anew after the unknown status %j', (status) => {
    say('OL', 1000);
    say(status, 30_000);
    expect(elapse(book, rules, 61_000)).toEqual([]);
    say('OL', 62_000);
    expect(elapse(book, rules, 122_000)).toHaveLength(1);
  });

  it('begins anew after the device fell silent, and that of another device goes on', () => {
    say('OL', 1000);
    interrupt(book, 'krakivets', 'ups-2');
    interrupt(book, 'shehyni', 'ups-1');
    expect(book.pending.size).toBe(1);
    interrupt(book, 'krakivets', 'ups-1');
    expect(elapse(book, rules, 61_000)).toEqual([]);
  });

  it('of an acknowledged alarm is normal at once', () => {
    take(1);
    say('OL', 1000);
    expect(steps(elapse(book, rules, 61_000))).toMatchObject([{ from: 'ACKED', to: 'NORM' }]);
  });

  it('does not happen while no rule names the alarm', () => {
    say('OL', 1000);
    expect(elapse(book, [], 61_000)).toEqual([]);
    expect(elapse(book, rules, 61_000)).toHaveLength(1);
  });

  it('of a critical alarm follows a battery that is no longer low', () => {
    say('OB LB', 1000);
    say('OB', 2000);
    expect(steps(elapse(book, rules, 62_000))).toEqual([
      {
        alarmId: CRITICAL,
        from: 'UNACK',
        to: 'RTN_UNACK',
        reason: 'battery_no_longer_low',
        at: 62_000,
      },
    ]);
  });
});

describe('a raise after a return', () => {
  it('is the same occurrence while nobody has taken notice', () => {
    say('OB', 0);
    say('OL', 1000);
    elapse(book, rules, 61_000);
    const [change] = say('OB', 70_000);
    expect(change?.alarm).toMatchObject({ state: 'UNACK', occurrence: 1, version: 3, raisedAt: 0 });
    expect(change?.alarm).not.toHaveProperty('clearedAt');
  });

  it('is a new occurrence after normal, without the old acknowledgement', () => {
    say('OB', 0);
    take(1);
    say('OL', 1000);
    elapse(book, rules, 61_000);
    const [change] = say('OB', 70_000);
    expect(change?.alarm).toMatchObject({ state: 'UNACK', occurrence: 2, version: 4 });
    expect(change?.alarm).toMatchObject({ raisedAt: 70_000 });
    expect(change?.alarm).not.toHaveProperty('acknowledgedBy');
    expect(change?.alarm).not.toHaveProperty('acknowledgedAt');
  });

  it('of a latched alarm asks for notice again', () => {
    rules = rulesWith(0).map((rule) => ({ ...rule, isLatched: true }));
    say('OB', 0);
    take(1);
    expect(steps(say('OL', 1000))).toMatchObject([{ from: 'ACKED', to: 'LATCH_ACKED' }]);
    const [change] = say('OB', 2000);
    expect(change?.alarm).toMatchObject({ state: 'UNACK', occurrence: 1, version: 4 });
    expect(change?.alarm).not.toHaveProperty('acknowledgedBy');
  });
});

describe('an acknowledgement', () => {
  it('names who, when and by which command', () => {
    say('OB', 0);
    const command = { commandId: 'c-1', alarmId: ON_BATTERY, occurrence: 1, version: 1 };
    const result = acknowledge(book, { ...command, comment: 'seen' }, olena, 500);
    expect(result).toMatchObject({
      outcome: 'acknowledged',
      change: {
        alarm: { state: 'ACKED', version: 2, acknowledgedBy: 'Olena', acknowledgedAt: 500 },
        transition: {
          from: 'UNACK',
          to: 'ACKED',
          version: 2,
          reason: 'acknowledged',
          at: 500,
          actor: 'Olena',
          isActorVerified: false,
          commandId: 'c-1',
          comment: 'seen',
        },
      },
    });
  });

  it('without a comment leaves none', () => {
    say('OB', 0);
    const result = take(1);
    expect(result.outcome).toBe('acknowledged');
    expect('change' in result && result.change.transition).not.toHaveProperty('comment');
  });

  it('of a returned alarm is normal', () => {
    say('OB', 0);
    say('OL', 1000);
    elapse(book, rules, 61_000);
    expect(take(2)).toMatchObject({
      outcome: 'acknowledged',
      change: { alarm: { state: 'NORM' } },
    });
  });

  it.each([
    {
      why: 'an alarm that does not exist',
      version: 1,
      occurrence: 1,
      id: 'x',
      outcome: 'not_found',
    },
    { why: 'an older version', version: 9, occurrence: 1, id: ON_BATTERY, outcome: 'changed' },
    { why: 'another occurrence', version: 1, occurrence: 2, id: ON_BATTERY, outcome: 'changed' },
  ])('of $why is refused: $outcome', ({ version, occurrence, id, outcome }) => {
    say('OB', 0);
    expect(take(version, occurrence, id).outcome).toBe(outcome);
    expect(book.alarms.get(ON_BATTERY)?.state).toBe('UNACK');
  });

  it('tells who was first', () => {
    say('OB', 0);
    take(1);
    expect(take(1)).toMatchObject({
      outcome: 'already_acknowledged',
      alarm: { acknowledgedBy: 'Olena', acknowledgedAt: 500 },
    });
  });

  it('of an alarm that is normal and was never acknowledged means nothing', () => {
    say('OB', 0);
    const raised = book.alarms.get(ON_BATTERY);
    if (raised !== undefined) book.alarms.set(ON_BATTERY, { ...raised, state: 'NORM' });
    expect(take(1)).toEqual({ outcome: 'not_active' });
  });
});

describe('what would be raised', () => {
  const would = (status: string, kind: 'ups' | 'power' = 'ups') => {
    const values = { 'ups.status': status };
    const subject = { site: 'krakivets', device: 'ups-1', kind, ts: 0, values };
    return wouldRaise(book, rules, subject).length > 0;
  };

  it('is told of values that are not current yet, and raises nothing', () => {
    expect(['OB', 'OL', 'OB CAL', ''].map((status) => would(status))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(would('OB', 'power')).toBe(false);
    expect(book.alarms.size).toBe(0);
  });

  it('is only what does not stand already', () => {
    say('OB', 0);
    expect([would('OB'), would('OB LB')]).toEqual([false, true]);
  });
});

describe('when our own clock is set', () => {
  it.each([3_600_000, -3_600_000])('by %i ms, a delay lasts as long as it would', (ms) => {
    const delayed = rules.map((rule) => ({ ...rule, onDelayMs: 10_000 }));
    rules = delayed;
    say('OB', 0);
    shiftDelays(book, rules, ms, ms + 1000);
    expect(elapse(book, rules, ms + 9999)).toEqual([]);
    expect(elapse(book, rules, ms + 10_000)).toHaveLength(1);
    say('OL', ms + 20_000);
    shiftDelays(book, rules, -ms, 21_000);
    expect(elapse(book, rules, 79_999)).toEqual([]);
    expect(elapse(book, rules, 80_000)).toHaveLength(1);
  });

  it('before it is known, no delay lasts longer than it may', () => {
    say('OB', 0);
    say('OL', 3_600_500);
    shiftDelays(book, rules, 3_600_000, 3_601_000);
    expect(elapse(book, rules, 3_661_000)).toHaveLength(1);
  });

  it('a delay of a rule that is gone is over', () => {
    say('OB', 0);
    say('OL', 1000);
    shiftDelays(book, [], 5000, 7000);
    expect(elapse(book, rules, 7000)).toHaveLength(1);
  });
});

describe('the book', () => {
  it('goes on where the journal left it', () => {
    say('OB', 0);
    book = openAlarmBook([...book.alarms.values()]);
    expect(say('OB', 1000)).toEqual([]);
    say('OL', 2000);
    expect(elapse(book, rules, 62_000)).toHaveLength(1);
  });

  it('is never moved by a delay that its alarm cannot follow', () => {
    say('OB', 0);
    say('OL', 1000);
    const raised = book.alarms.get(ON_BATTERY);
    if (raised !== undefined) book.alarms.set(ON_BATTERY, { ...raised, state: 'NORM' });
    expect(() => elapse(book, rules, 61_000)).toThrow('CLEAR is impossible in NORM');
  });
});
