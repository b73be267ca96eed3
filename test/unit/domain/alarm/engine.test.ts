import { beforeEach, describe, expect, it } from 'vitest';
import type { AlarmChange } from '../../../../src/contract/alarm.ts';
import {
  type AlarmBook,
  alarmOf,
  alarmsOf,
  openAlarmBook,
  takeDelays,
} from '../../../../src/domain/alarm/book.ts';
import { command } from '../../../../src/domain/alarm/command.ts';
import {
  applyCondition,
  assignIncident,
  elapse,
  evaluate,
  interrupt,
  shiftDelays,
  suppress,
  unsuppress,
  withdraw,
  wouldRaise,
} from '../../../../src/domain/alarm/engine.ts';
import type { Condition, Rule } from '../../../../src/domain/alarm/rule-shape.ts';
import { alarmRule, alarmRules, alarmSubject } from '../../../support/alarm-rule.ts';

const ON_BATTERY = 'krakivets.ups-1.UPS_ON_BATTERY';
const CRITICAL = 'krakivets.ups-1.UPS_CRITICAL';
const olena = { name: 'Olena', isVerified: false };

let book: AlarmBook;
let rules: readonly Rule[];

beforeEach(() => {
  book = openAlarmBook([]);
  rules = alarmRules();
});

function say(status: string, now: number): AlarmChange[] {
  return evaluate(book, rules, alarmSubject(status, now - 5), now);
}

function wait(now: number, isKnown = true): AlarmChange[] {
  return elapse(book, now, () => isKnown);
}

function take(version: number): void {
  const asked = { type: 'acknowledge', commandId: 'c-1', alarmId: ON_BATTERY } as const;
  const result = command(book, () => undefined, { ...asked, occurrence: 1, version }, olena, 500);
  expect(result.outcome).toBe('done');
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
          event: 'RAISE',
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
    const scanner = alarmSubject('OB', 0, { kind: 'scanner' });
    expect(evaluate(book, rules, scanner, 0)).toEqual([]);
  });

  it('waits for an on-delay, and never comes when its condition ends within it', () => {
    rules = alarmRules({ onDelayMs: 1000 });
    say('OB', 100);
    expect(wait(1099)).toEqual([]);
    say('OL', 1099);
    expect(wait(1100)).toEqual([]);
    say('OB', 2000);
    say('WAIT', 2500);
    interrupt(book, 'krakivets', 'ups-1');
    expect(steps(wait(3000))).toEqual([
      { alarmId: ON_BATTERY, from: 'NORM', to: 'UNACK', reason: 'on_battery', at: 3000 },
    ]);
  });

  it.each([
    { metric: 'mains.present', value: undefined },
    { metric: undefined, value: undefined },
    { metric: 'input.voltage', value: 231 },
  ])('shows the value $value of $metric', ({ metric, value }) => {
    const { metric: _, ...bare } = alarmRule();
    rules = [metric === undefined ? bare : { ...bare, metric }];
    const values = { 'ups.status': 'OB', 'mains.present': false, 'input.voltage': 231 };
    const [change] = evaluate(book, rules, alarmSubject('', 0, { values }), 0);
    expect(change?.alarm.value).toBe(value);
  });

  it('shows the value, limit and severity of its condition before those of its rule', () => {
    const hot = { truth: 'active', reason: 'above_limit', value: 36, limit: 35 } as const;
    rules = [alarmRule({ evaluate: () => ({ ...hot, severity: 'warning' }) })];
    const [change] = say('OB', 0);
    expect(change?.alarm).toMatchObject({ value: 36, limit: 35, severity: 'warning', priority: 4 });
  });

  it('grows with its severity', () => {
    say('OB', 0);
    rules = alarmRules({ severity: 'critical' });
    const [change] = say('OB', 1000);
    expect(change?.transition).toMatchObject({ event: 'SEVERITY_UP', from: 'UNACK', to: 'UNACK' });
  });

  it('tells its rule whether the alarm stands, for the deadband', () => {
    const asked: boolean[] = [];
    const evaluateOf = alarmRule().evaluate;
    rules = [
      alarmRule({
        evaluate: (subject, isStanding) => {
          asked.push(isStanding);
          return evaluateOf(subject, isStanding);
        },
      }),
    ];
    for (const status of ['OL', 'OB', 'OB', 'OL']) say(status, 0);
    wait(60_000);
    say('OL', 60_001);
    expect(asked).toEqual([false, false, true, true, false]);
  });
});

describe('a return to normal', () => {
  beforeEach(() => {
    say('OB', 0);
  });

  it('waits for the off-delay, counted from the first sight of mains', () => {
    say('OL', 1000);
    say('OL CHRG', 31_000);
    expect(wait(60_999)).toEqual([]);
    const [change] = wait(61_000);
    expect(change?.alarm).toMatchObject({
      state: 'RTN_UNACK',
      occurrence: 1,
      version: 2,
      clearedAt: 61_000,
      value: 'OL CHRG',
      reason: 'returned_to_mains',
    });
    expect(wait(200_000)).toEqual([]);
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
    expect(wait(61_000)).toEqual([]);
  });

  it('begins anew after every flap of the grid', () => {
    say('OL', 1000);
    say('OB', 50_000);
    say('OL', 55_000);
    expect(wait(114_999)).toEqual([]);
    expect(wait(115_000)).toHaveLength(1);
  });

  it.each(['', 'WAIT', 'OB CAL'])('begins anew after the unknown status %j', (status) => {
    say('OL', 1000);
    say(status, 30_000);
    expect(wait(61_000)).toEqual([]);
    say('OL', 62_000);
    expect(wait(122_000)).toHaveLength(1);
  });

  it('begins anew after the device fell silent, and that of another device goes on', () => {
    say('OL', 1000);
    interrupt(book, 'krakivets', 'ups-2');
    interrupt(book, 'shehyni', 'ups-1');
    interrupt(book, 'krakivets', 'ups-1');
    expect(wait(61_000)).toEqual([]);
  });

  it('of an acknowledged alarm is normal at once', () => {
    take(1);
    say('OL', 1000);
    expect(steps(wait(61_000))).toMatchObject([{ from: 'ACKED', to: 'NORM' }]);
  });

  it('waits while its device is not known', () => {
    say('OL', 1000);
    expect(wait(61_000, false)).toEqual([]);
    expect(wait(62_000)).toHaveLength(1);
  });

  it('of a critical alarm follows a battery that is no longer low', () => {
    say('OB LB', 1000);
    say('OB', 2000);
    expect(steps(wait(62_000))).toEqual([
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
    wait(61_000);
    const [change] = say('OB', 70_000);
    expect(change?.alarm).toMatchObject({ state: 'UNACK', occurrence: 1, version: 3, raisedAt: 0 });
    expect(change?.alarm).not.toHaveProperty('clearedAt');
  });

  it('is a new occurrence after normal, without the old acknowledgement', () => {
    say('OB', 0);
    take(1);
    say('OL', 1000);
    wait(61_000);
    const [change] = say('OB', 70_000);
    expect(change?.alarm).toMatchObject({ state: 'UNACK', occurrence: 2, version: 4 });
    expect(change?.alarm).toMatchObject({ raisedAt: 70_000 });
    expect(change?.alarm).not.toHaveProperty('acknowledgedBy');
    expect(change?.alarm).not.toHaveProperty('acknowledgedAt');
  });

  it('of a latched alarm asks for notice again', () => {
    rules = alarmRules({ offDelayMs: 0, isLatched: true });
    say('OB', 0);
    take(1);
    expect(steps(say('OL', 1000))).toMatchObject([{ from: 'ACKED', to: 'LATCH_ACKED' }]);
    const [change] = say('OB', 2000);
    expect(change?.alarm).toMatchObject({ state: 'UNACK', occurrence: 1, version: 4 });
    expect(change?.alarm).not.toHaveProperty('acknowledgedBy');
  });
});

describe('what would be raised', () => {
  const would = (status: string, kind: 'ups' | 'power' = 'ups') => {
    return wouldRaise(book, rules, alarmSubject(status, 0, { kind })).length > 0;
  };

  it('is told of values that are not current yet, and raises nothing', () => {
    expect(['OB', 'OL', 'OB CAL', ''].map((status) => would(status))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(would('OB', 'power')).toBe(false);
    expect(alarmsOf(book)).toEqual([]);
  });

  it('is only what does not stand already', () => {
    say('OB', 0);
    expect([would('OB'), would('OB LB')]).toEqual([false, true]);
  });
});

describe('when our own clock is set', () => {
  it.each([3_600_000, -3_600_000])('by %i ms, a delay lasts as long as it would', (ms) => {
    rules = alarmRules({ onDelayMs: 10_000 });
    say('OB', 0);
    shiftDelays(book, ms, ms + 1000);
    expect(wait(ms + 9999)).toEqual([]);
    expect(wait(ms + 10_000)).toHaveLength(1);
    say('OL', ms + 20_000);
    shiftDelays(book, -ms, 21_000);
    expect(wait(79_999)).toEqual([]);
    expect(wait(80_000)).toHaveLength(1);
  });

  it('before it is known, no delay lasts longer than it may', () => {
    say('OB', 0);
    say('OL', 3_600_500);
    shiftDelays(book, 3_600_000, 3_601_000);
    expect(wait(3_661_000)).toHaveLength(1);
  });

  it('a question is asked again, and what chatters is quiet, after as long as before', () => {
    rules = [alarmRule({ offDelayMs: 0, reAlarmMs: 600_000 })];
    for (const [status, at] of [
      ['OB', 0],
      ['OL', 10],
      ['OB', 20],
    ] as const)
      say(status, at);
    shiftDelays(book, -1_000_000, -999_000);
    expect(wait(-939_981)).toEqual([]);
    expect(wait(-939_980)[0]?.transition).toMatchObject({ event: 'CHATTERING', reason: 'steady' });
    expect(wait(-399_981)).toEqual([]);
    expect(wait(-399_980)[0]?.transition.event).toBe('RE_ALARM');
  });

  it.each([
    { ms: -600_000, endsAt: 3_000_000 },
    { ms: 600_000, endsAt: 3_600_000 },
  ])('by $ms ms, a shelf ends at $endsAt, never after its longest time', ({ ms, endsAt }) => {
    rules = alarmRules({ severity: 'critical' });
    say('OB', 0);
    const until = new Date(3_600_000).toISOString();
    const seen = { alarmId: ON_BATTERY, occurrence: 1, version: 1, commandId: 'c-1' };
    command(book, () => rules[0], { type: 'shelve', ...seen, until, reason: 'noise' }, olena, 0);
    shiftDelays(book, ms, ms + 1000);
    expect(wait(endsAt - 1)).toEqual([]);
    expect(wait(endsAt)[0]?.transition.event).toBe('SHELF_EXPIRED');
  });

  it('a question of before the rule is known lasts as long, too', () => {
    rules = [alarmRule({ reAlarmMs: 600_000 })];
    say('OB', 0);
    book = openAlarmBook(alarmsOf(book), takeDelays(book));
    shiftDelays(book, 5000, 6000);
    expect(wait(604_999)).toEqual([]);
    expect(wait(605_000)[0]?.transition.event).toBe('RE_ALARM');
  });
});

describe('a condition that no sample carries', () => {
  const rule = alarmRule({ code: 'SITE_OUTAGE', kind: 'site', onDelayMs: 0, offDelayMs: 0 });
  const active: Condition = { truth: 'active', reason: 'site_without_mains' };
  const inactive: Condition = { truth: 'inactive', reason: 'site_with_mains' };
  const site = { site: 'krakivets' };

  it.each([
    [{ site: 'krakivets' }, 'krakivets.SITE_OUTAGE'],
    [{ site: 'krakivets', device: 'ups-1' }, 'krakivets.ups-1.SITE_OUTAGE'],
    [{ site: '*', region: 'queue:3.1' }, '*.queue:3.1.SITE_OUTAGE'],
    [{ site: '*' }, '*.SITE_OUTAGE'],
  ])('of %o is the alarm %s', (target, id) => {
    const [change] = applyCondition(book, rule, target, active, 0);
    expect(change?.alarm).toMatchObject({ id, ...target, state: 'UNACK' });
    expect(change?.transition).not.toHaveProperty('sourceTs');
    expect(alarmOf(book, id)).toEqual(change?.alarm);
  });

  it('comes and goes as any other', () => {
    expect(applyCondition(book, rule, site, inactive, 0)).toEqual([]);
    expect(alarmsOf(book)).toEqual([]);
    applyCondition(book, rule, { ...site, ts: 7 }, active, 0);
    expect(applyCondition(book, rule, site, active, 1)).toEqual([]);
    expect(applyCondition(book, rule, site, { truth: 'unknown' }, 1)).toEqual([]);
    const [change] = applyCondition(book, rule, { ...site, ts: 9 }, inactive, 2);
    expect(change?.transition).toMatchObject({ to: 'RTN_UNACK', sourceTs: 9 });
  });

  it('is judged by a rule that was changed as that one says', () => {
    applyCondition(book, rule, site, active, 0);
    const latching = { ...rule, isLatched: true };
    const [change] = applyCondition(book, latching, site, inactive, 1);
    expect(change?.alarm.state).toBe('LATCH_UNACK');
  });

  it('that samples carry, too, is one alarm', () => {
    const device = { site: 'krakivets', device: 'ups-1' };
    say('OL', 0);
    applyCondition(book, alarmRule(), device, { truth: 'active', reason: 'on_battery' }, 1000);
    expect(say('OB', 2000)).toEqual([]);
    say('OL', 3000);
    expect(wait(63_000)).toHaveLength(1);
    expect(alarmsOf(book)).toHaveLength(1);
  });

  it('of a device is left alone by what its samples say', () => {
    const silent = alarmRule({ code: 'DEV_SILENT', onDelayMs: 5000 });
    const device = { site: 'krakivets', device: 'ups-1' };
    applyCondition(book, silent, device, { truth: 'active', reason: 'silent' }, 0);
    say('OL', 1000);
    expect(wait(5000)[0]?.alarm.code).toBe('DEV_SILENT');
  });
});

describe('what is suppressed by design', () => {
  it('names its source, and asks for notice when that has ended', () => {
    say('OB', 0);
    take(1);
    const hidden = suppress(book, ON_BATTERY, 'krakivets.SITE_OUTAGE', 10);
    expect(hidden?.alarm).toMatchObject({
      suppression: 'suppressed',
      suppressedBy: 'krakivets.SITE_OUTAGE',
      version: 3,
    });
    expect(suppress(book, ON_BATTERY, 'krakivets.SITE_OUTAGE', 11)).toBeUndefined();
    const shown = unsuppress(book, ON_BATTERY, 12);
    expect(shown?.transition).toMatchObject({ from: 'ACKED', to: 'UNACK', reason: 'source_ended' });
    expect(unsuppress(book, ON_BATTERY, 13)).toBeUndefined();
  });

  it('is nothing that was never raised', () => {
    rules = alarmRules({ onDelayMs: 1000 });
    say('OB', 0);
    for (const id of ['x', ON_BATTERY]) {
      expect(suppress(book, id, 'y', 0)).toBeUndefined();
      expect(unsuppress(book, id, 0)).toBeUndefined();
    }
  });
});

describe('an incident', () => {
  it('is named with its alarm, of which nothing else changes', () => {
    say('OB', 0);
    const before = alarmOf(book, ON_BATTERY);
    const alarm = assignIncident(book, ON_BATTERY, 'i-1');
    expect(alarm).toEqual({ ...before, incidentId: 'i-1' });
    expect(alarmOf(book, ON_BATTERY)).toEqual(alarm);
  });

  it('is not that of the next occurrence', () => {
    say('OB', 0);
    assignIncident(book, ON_BATTERY, 'i-1');
    take(1);
    say('OL', 1000);
    expect(wait(61_000)[0]?.alarm.incidentId).toBe('i-1');
    expect(say('OB', 70_000)[0]?.alarm).not.toHaveProperty('incidentId');
  });

  it('has no alarm that was never raised', () => {
    rules = alarmRules({ onDelayMs: 1000 });
    say('OB', 0);
    expect(assignIncident(book, ON_BATTERY, 'i-1')).toBeUndefined();
    expect(assignIncident(book, 'x', 'i-1')).toBeUndefined();
  });
});

describe('other rules', () => {
  it('are followed from the next message on', () => {
    say('OB', 0);
    rules = alarmRules({ offDelayMs: 0 });
    expect(say('OL', 1)).toHaveLength(1);
  });

  it('raise nothing that they do not ask for any more', () => {
    rules = alarmRules({ onDelayMs: 1000 });
    say('OB LB', 0);
    rules = rules.slice(1);
    say('OB LB', 1);
    expect(wait(1000).map(({ alarm }) => alarm.id)).toEqual([CRITICAL]);
  });

  it('let stand what they do not ask for any more, and what waits to return does so', () => {
    say('OB LB', 0);
    say('OL', 1);
    rules = [];
    say('OB LB', 2);
    expect(steps(wait(60_001))).toHaveLength(2);
  });

  it('end what they do not want any more, without a latch', () => {
    rules = alarmRules({ isLatched: true });
    say('OB LB', 0);
    say('OL', 1);
    const isWanted = ({ code }: { code: string }) => code === 'UPS_CRITICAL';
    const [change, ...others] = withdraw(book, isWanted, 2);
    expect(others).toEqual([]);
    expect(change?.transition).toMatchObject({
      alarmId: ON_BATTERY,
      from: 'UNACK',
      to: 'RTN_UNACK',
      reason: 'disabled_by_configuration',
    });
    expect(withdraw(book, isWanted, 3)).toEqual([]);
    expect(steps(wait(60_001))).toMatchObject([{ alarmId: CRITICAL, to: 'LATCH_UNACK' }]);
  });

  it('raise nothing that they do not want any more', () => {
    rules = alarmRules({ onDelayMs: 1000 });
    say('OB', 0);
    expect(withdraw(book, () => false, 1)).toEqual([]);
    expect(wait(1000)).toEqual([]);
  });

  it('ask anew what the former did not', () => {
    say('OB', 0);
    rules = alarmRules({ reAlarmMs: 1000 });
    say('OB', 500);
    expect(wait(1000)[0]?.transition.event).toBe('RE_ALARM');
    rules = alarmRules({ reAlarmMs: 2000 });
    say('OB', 1500);
    expect(wait(2000)[0]?.transition.event).toBe('RE_ALARM');
  });
});

describe('time', () => {
  it('is asked of no alarm before a deadline', () => {
    say('OB', 0);
    say('OL', 1000);
    let asked = 0;
    const mayClear = () => {
      asked += 1;
      return true;
    };
    elapse(book, 60_000, mayClear);
    elapse(book, 60_999, mayClear);
    expect(asked).toBe(1);
  });

  it('is judged for each alarm by its site and device', () => {
    say('OB', 0);
    say('OL', 0);
    const asked: unknown[] = [];
    elapse(book, 60_000, (...names) => asked.push(names) === 0);
    expect(asked).toEqual([['krakivets', 'ups-1']]);
  });
});
