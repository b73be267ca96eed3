import { describe, expect, it } from 'vitest';
import type { Alarm, AlarmState, Severity } from '../../../../src/contract/alarm.ts';
import { type AlarmRecord, newRecord, type Settings } from '../../../../src/domain/alarm/record.ts';
import type { Condition } from '../../../../src/domain/alarm/rule-shape.ts';
import { type Input, step } from '../../../../src/domain/alarm/step.ts';

const NOW = 1_000_000;
const HOUR = 3_600_000;
const STATES = ['NORM', 'UNACK', 'ACKED', 'RTN_UNACK', 'LATCH_UNACK', 'LATCH_ACKED'] as const;

const settings: Settings = {
  severity: 'major',
  isLatched: false,
  onDelayMs: 0,
  offDelayMs: 0,
  reAlarmMs: 4 * HOUR,
};
const latching: Settings = { ...settings, isLatched: true };

const raise: Input = { type: 'CONDITION', condition: { truth: 'active', reason: 'on_battery' } };
const clear: Input = {
  type: 'CONDITION',
  condition: { truth: 'inactive', reason: 'returned_to_mains' },
};
const missing: Input = { type: 'CONDITION', condition: { truth: 'unknown' } };
const time: Input = { type: 'TIME', mayClear: true };
const acknowledge: Input = { type: 'ACKNOWLEDGE', by: 'Olena' };
const reset: Input = { type: 'RESET' };
const shelve: Input = { type: 'SHELVE', until: NOW + HOUR, by: 'Olena', reason: 'noise' };
const suppress: Input = { type: 'SUPPRESS', source: 'krakivets.SITE_OUTAGE' };
const takeOut: Input = { type: 'OUT_OF_SERVICE', by: 'Petro', reason: 'repair', workOrder: 'W-7' };

function severe(severity: Severity): Input {
  return { type: 'CONDITION', condition: { truth: 'active', reason: 'on_battery', severity } };
}

function recordIn(state: AlarmState, changes: Partial<Alarm> = {}): AlarmRecord {
  const rule = { code: 'UPS_ON_BATTERY', severity: 'major' } as const;
  const { alarm } = newRecord({ site: 'krakivets', device: 'ups-1' }, rule, 0);
  const raised = { occurrence: 1, version: 5, state, acknowledgedBy: 'Olena', acknowledgedAt: 1 };
  return { alarm: { ...alarm, ...raised, ...changes }, hidden: {} };
}

/** Plays inputs that each come at a time. */
function play(record: AlarmRecord, inputs: readonly [Input, number][], by = settings) {
  let last = record;
  const steps = inputs.flatMap(([input, now]) => {
    const [next, changes] = step(last, input, by, now);
    last = next;
    return changes.map(({ transition: { event, from, to } }) => `${event} ${from} ${to}`);
  });
  return { record: last, alarm: last.alarm, hidden: last.hidden, steps };
}

const one = (record: AlarmRecord, input: Input, by = settings) => play(record, [[input, NOW]], by);

describe('the base table, row by row', () => {
  it.each([
    ['NORM', raise, 'RAISE NORM UNACK'],
    ['NORM', clear, undefined],
    ['NORM', acknowledge, undefined],
    ['NORM', reset, undefined],
    ['UNACK', raise, undefined],
    ['UNACK', severe('critical'), 'SEVERITY_UP UNACK UNACK'],
    ['UNACK', clear, 'CLEAR UNACK RTN_UNACK'],
    ['UNACK', acknowledge, 'ACKNOWLEDGE UNACK ACKED'],
    ['UNACK', reset, undefined],
    ['ACKED', raise, undefined],
    ['ACKED', severe('critical'), 'SEVERITY_UP ACKED UNACK'],
    ['ACKED', severe('minor'), undefined],
    ['ACKED', clear, 'CLEAR ACKED NORM'],
    ['ACKED', acknowledge, undefined],
    ['ACKED', reset, undefined],
    ['RTN_UNACK', raise, 'RAISE RTN_UNACK UNACK'],
    ['RTN_UNACK', clear, undefined],
    ['RTN_UNACK', acknowledge, 'ACKNOWLEDGE RTN_UNACK NORM'],
    ['RTN_UNACK', reset, undefined],
    ['LATCH_UNACK', raise, 'RAISE LATCH_UNACK UNACK'],
    ['LATCH_UNACK', clear, undefined],
    ['LATCH_UNACK', acknowledge, 'ACKNOWLEDGE LATCH_UNACK LATCH_ACKED'],
    ['LATCH_UNACK', reset, undefined],
    ['LATCH_ACKED', raise, 'RAISE LATCH_ACKED UNACK'],
    ['LATCH_ACKED', clear, undefined],
    ['LATCH_ACKED', acknowledge, undefined],
    ['LATCH_ACKED', reset, 'RESET LATCH_ACKED NORM'],
  ] as const)('%s, %o: %s', (state, input, expected) => {
    expect(one(recordIn(state), input).steps).toEqual(expected === undefined ? [] : [expected]);
  });

  it.each([
    ['UNACK', 'CLEAR UNACK LATCH_UNACK'],
    ['ACKED', 'CLEAR ACKED LATCH_ACKED'],
  ] as const)('%s of an alarm that latches: %s', (state, expected) => {
    expect(one(recordIn(state), clear, latching).steps).toEqual([expected]);
  });

  it.each(STATES)('%s: missing data never moves it', (state) => {
    expect(one(recordIn(state), missing).steps).toEqual([]);
    expect(one(recordIn(state), { type: 'SILENT' }).steps).toEqual([]);
  });
});

describe('an alarm that nobody answers', () => {
  it.each([
    ['UNACK', raise, 'RE_ALARM UNACK UNACK'],
    ['ACKED', acknowledge, 'RE_ALARM ACKED UNACK'],
    ['LATCH_UNACK', clear, 'RE_ALARM LATCH_UNACK LATCH_UNACK'],
  ] as const)('in %s asks again when its time has come', (_state, last, expected) => {
    const before = last === raise ? recordIn('NORM') : recordIn('UNACK');
    const { record } = one(before, last, latching);
    expect(play(record, [[time, NOW + 4 * HOUR - 1]], latching).steps).toEqual([]);
    const again = play(record, [[time, NOW + 4 * HOUR]], latching);
    expect(again.steps).toEqual([expected]);
    expect(again.alarm).not.toHaveProperty('acknowledgedBy');
    expect(again.hidden.reAlarmAt).toBe(NOW + 8 * HOUR);
  });

  it.each(['NORM', 'RTN_UNACK', 'LATCH_ACKED'] as const)('is none in %s', (state) => {
    const record = { ...recordIn(state), hidden: { reAlarmAt: NOW } };
    expect(one(record, time)).toMatchObject({ steps: [], hidden: {} });
  });

  it('asks once where the rule is not known any more', () => {
    const { reAlarmMs: _, ...once } = settings;
    const { record } = one(recordIn('NORM'), raise);
    const { steps, hidden } = play(record, [[time, NOW + 4 * HOUR]], once);
    expect(steps).toEqual(['RE_ALARM UNACK UNACK']);
    expect(hidden).not.toHaveProperty('reAlarmAt');
  });

  it('asks nothing while it is hidden, and anew from when it is shown', () => {
    const { record } = play(recordIn('NORM'), [
      [raise, NOW],
      [suppress, NOW + HOUR],
    ]);
    expect(play(record, [[time, NOW + 5 * HOUR]]).steps).toEqual([]);
    const shown = play(record, [[{ type: 'UNSUPPRESS' }, NOW + 9 * HOUR]]);
    expect(shown.hidden.reAlarmAt).toBe(NOW + 13 * HOUR);
  });
});

describe('severity', () => {
  it('that rises is told with its cause, and asks for notice anew', () => {
    const condition: Condition = {
      truth: 'active',
      reason: 'on_battery_and_low',
      severity: 'critical',
      limit: 20,
    };
    const input = { type: 'CONDITION', condition, value: 7, sourceTs: 9 } as const;
    const [{ alarm }, [change]] = step(recordIn('ACKED'), input, settings, NOW);
    expect(alarm).toMatchObject({ severity: 'critical', priority: 1, value: 7, limit: 20 });
    expect(alarm).not.toHaveProperty('acknowledgedBy');
    expect(alarm.reason).toBe('on_battery_and_low');
    expect(change?.transition).toMatchObject({ reason: 'severity_raised', sourceTs: 9 });
  });

  it('never falls within an occurrence, and is found anew with the next one', () => {
    const grave = recordIn('RTN_UNACK', { severity: 'critical', priority: 1 });
    expect(one(grave, raise).alarm).toMatchObject({ severity: 'critical', priority: 1 });
    const { alarm } = one({ ...grave, alarm: { ...grave.alarm, state: 'NORM' } }, severe('minor'));
    expect(alarm).toMatchObject({ severity: 'minor', priority: 3, occurrence: 2 });
    const milder = recordIn('RTN_UNACK', { severity: 'minor', priority: 3 });
    expect(one(milder, raise).alarm).toMatchObject({ severity: 'major', priority: 2 });
  });
});

const HIDERS = [
  ['shelved', shelve, { type: 'UNSHELVE' }, 'SHELVE', 'UNSHELVE'],
  ['suppressed', suppress, { type: 'UNSUPPRESS' }, 'SUPPRESS', 'UNSUPPRESS'],
  ['out_of_service', takeOut, { type: 'RETURN_TO_SERVICE' }, 'OUT_OF_SERVICE', 'RETURN_TO_SERVICE'],
] as const satisfies [string, Input, Input, string, string][];

describe.each(HIDERS)('an alarm that is %s', (suppression, hide, show, hidden, shown) => {
  it.each(STATES)('keeps its base state %s', (state) => {
    const { steps, alarm } = one(recordIn(state), hide);
    expect(steps).toEqual([`${hidden} ${state} ${state}`]);
    expect(alarm).toMatchObject({ suppression, state, version: 6, changedAt: NOW });
  });

  it('tells what hid it before and what hides it now', () => {
    const [record, [change]] = step(recordIn('UNACK'), hide, settings, NOW);
    expect(change?.transition).toMatchObject({
      fromSuppression: 'none',
      toSuppression: suppression,
    });
    const [, [back]] = step(record, show, settings, NOW);
    expect(back?.transition).toMatchObject({ fromSuppression: suppression, toSuppression: 'none' });
  });

  it.each([
    ['NORM', 'NORM'],
    ['UNACK', 'UNACK'],
    ['ACKED', 'UNACK'],
    ['RTN_UNACK', 'NORM'],
    ['LATCH_UNACK', 'LATCH_UNACK'],
    ['LATCH_ACKED', 'LATCH_ACKED'],
  ] as const)('in %s is %s when it is shown again', (from, to) => {
    const before = recordIn(from);
    const { steps, alarm } = play(before, [
      [hide, NOW],
      [show, NOW + 1],
    ]);
    expect(steps.at(-1)).toBe(`${shown} ${from} ${to}`);
    expect(alarm.suppression).toBe('none');
    expect(Object.keys(alarm).sort()).toEqual(
      Object.keys(before.alarm)
        .filter((key) => to !== 'UNACK' || !key.startsWith('acknowledged'))
        .sort(),
    );
  });

  it('is not hidden twice, nor shown twice', () => {
    const { record } = one(recordIn('UNACK'), hide);
    expect(one(record, hide).steps).toEqual([]);
    expect(one(recordIn('UNACK'), show).steps).toEqual([]);
  });

  it('is still evaluated', () => {
    const { record } = one(recordIn('NORM'), hide);
    const { steps, alarm } = play(record, [[raise, NOW + 1]]);
    expect(steps).toEqual(['RAISE NORM UNACK']);
    expect(alarm).toMatchObject({ suppression, occurrence: 2 });
  });
});

describe('what hides an alarm', () => {
  it('holds side by side, the strongest is shown, and the last to go shows the alarm', () => {
    const { alarm, record } = play(recordIn('ACKED'), [
      [shelve, NOW],
      [takeOut, NOW],
      [suppress, NOW],
    ]);
    expect(alarm.suppression).toBe('out_of_service');
    const shows: [Input, number][] = [
      [{ type: 'RETURN_TO_SERVICE' }, NOW],
      [{ type: 'UNSUPPRESS' }, NOW],
      [{ type: 'UNSHELVE' }, NOW],
    ];
    expect(play(record, shows.slice(0, 1)).alarm.suppression).toBe('suppressed');
    expect(play(record, shows.slice(0, 2)).alarm.suppression).toBe('shelved');
    expect(play(record, shows).steps).toEqual([
      'RETURN_TO_SERVICE ACKED ACKED',
      'UNSUPPRESS ACKED ACKED',
      'UNSHELVE ACKED UNACK',
    ]);
  });

  it('may be another source than before', () => {
    const { record } = one(recordIn('UNACK'), suppress);
    const { alarm, steps } = one(record, { type: 'SUPPRESS', source: 'krakivets.SITE_DARK' });
    expect(alarm.suppressedBy).toBe('krakivets.SITE_DARK');
    expect(steps).toEqual(['SUPPRESS UNACK UNACK']);
  });

  it('tells a supervisor’s order with the alarm', () => {
    expect(one(recordIn('UNACK'), takeOut).alarm.outOfService).toEqual({
      by: 'Petro',
      at: NOW,
      reason: 'repair',
      workOrder: 'W-7',
    });
  });

  it('never ends by itself, out of service or suppressed', () => {
    const { record } = play(recordIn('UNACK'), [
      [takeOut, NOW],
      [suppress, NOW],
    ]);
    expect(play(record, [[time, NOW + 10_000 * HOUR]]).steps).toEqual([]);
  });
});

describe('a shelf', () => {
  it('names who shelved it, why and until when', () => {
    expect(one(recordIn('UNACK'), shelve).alarm).toMatchObject({
      shelvedUntil: NOW + HOUR,
      shelvedBy: 'Olena',
      shelveReason: 'noise',
    });
  });

  it.each([
    ['critical', 1, 1],
    ['major', 2, 8],
    ['minor', 3, 24],
    ['warning', 4, 24],
  ] as const)('of a %s alarm lasts %i… hours at most', (severity, priority, hours) => {
    const record = recordIn('UNACK', { severity, priority });
    const { alarm } = one(record, { ...shelve, until: NOW + 100 * HOUR });
    expect(alarm.shelvedUntil).toBe(NOW + hours * HOUR);
  });

  it('ends by its time: what is still active asks for notice', () => {
    const { record } = one(recordIn('ACKED'), shelve);
    expect(play(record, [[time, NOW + HOUR - 1]]).steps).toEqual([]);
    const [, changes] = step(record, time, settings, NOW + HOUR);
    expect(changes.map(({ transition }) => transition)).toMatchObject([
      { event: 'SHELF_EXPIRED', from: 'ACKED', to: 'UNACK', reason: 'shelf_expired' },
    ]);
  });

  it('is for one occurrence: the return ends it', () => {
    const { record } = one(recordIn('UNACK'), shelve);
    const [{ alarm }, changes] = step(record, clear, settings, NOW + 1);
    expect(changes.map(({ transition }) => transition)).toMatchObject([
      { event: 'CLEAR', to: 'RTN_UNACK', reason: 'returned_to_mains', version: 7 },
      { event: 'SHELF_EXPIRED', from: 'RTN_UNACK', to: 'NORM', reason: 'one_shot_ended' },
    ]);
    expect(changes[0]?.alarm).toMatchObject({ state: 'RTN_UNACK', suppression: 'shelved' });
    expect(alarm).toMatchObject({ state: 'NORM', suppression: 'none', version: 8 });
    expect(alarm).not.toHaveProperty('shelvedUntil');
  });

  it('of a latched alarm ends with the return and keeps the latch', () => {
    const { record } = one(recordIn('UNACK'), shelve);
    expect(one(record, clear, latching).alarm).toMatchObject({
      state: 'LATCH_UNACK',
      suppression: 'none',
    });
  });

  it('is cut short when its alarm becomes more severe', () => {
    const { record } = one(recordIn('UNACK'), { ...shelve, until: NOW + 5 * HOUR });
    const { alarm } = play(record, [[severe('critical'), NOW + 1]]);
    expect(alarm).toMatchObject({ suppression: 'shelved', shelvedUntil: NOW + HOUR });
  });
});

describe('delays', () => {
  const slow: Settings = { ...settings, onDelayMs: 10_000, offDelayMs: 60_000 };

  it('raise once the condition has held, as it was said first', () => {
    const said = { ...raise, sourceTs: NOW - 5, value: 'OB' } as Input;
    const again = { ...raise, sourceTs: NOW + 5000, value: 'OB' } as Input;
    const { record } = play(recordIn('NORM'), [[said, NOW]], slow);
    expect(step(record, again, slow, NOW + 5000)[0]).toBe(record);
    expect(play(record, [[time, NOW + 9999]], slow).steps).toEqual([]);
    const [{ alarm }, [change]] = step(record, time, slow, NOW + 10_000);
    expect(change?.transition).toMatchObject({ event: 'RAISE', sourceTs: NOW - 5 });
    expect(alarm).toMatchObject({ value: 'OB', raisedAt: NOW + 10_000, occurrence: 2 });
  });

  it('never raise what ended before, and go on while nothing is known', () => {
    const waiting = play(recordIn('NORM'), [[raise, NOW]], slow).record;
    expect(
      play(
        waiting,
        [
          [clear, NOW + 1],
          [time, NOW + HOUR],
        ],
        slow,
      ).steps,
    ).toEqual([]);
    const unknown: [Input, number][] = [
      [missing, NOW + 1],
      [{ type: 'SILENT' }, NOW + 2],
      [time, NOW + HOUR],
    ];
    expect(play(waiting, unknown, slow).steps).toEqual(['RAISE NORM UNACK']);
  });

  it('towards normal begin anew after missing data', () => {
    const waiting = play(recordIn('UNACK'), [[clear, NOW]], slow).record;
    for (const gap of [missing, { type: 'SILENT' } as const]) {
      const { steps } = play(
        waiting,
        [
          [gap, NOW + 1],
          [time, NOW + HOUR],
        ],
        slow,
      );
      expect(steps).toEqual([]);
    }
    expect(play(waiting, [[time, NOW + 60_000]], slow).steps).toEqual(['CLEAR UNACK RTN_UNACK']);
  });

  it('towards normal wait while it is not known', () => {
    const { record } = play(recordIn('UNACK'), [[clear, NOW]], slow);
    const blind: Input = { type: 'TIME', mayClear: false };
    expect(
      play(
        record,
        [
          [blind, NOW + HOUR],
          [time, NOW + HOUR],
        ],
        slow,
      ).steps,
    ).toHaveLength(1);
  });

  it('tell the latest value, and the limit that was passed', () => {
    const active = { truth: 'active', reason: 'above_limit', limit: 35 } as const;
    const hot = (value: number): Input => ({ type: 'CONDITION', condition: active, value });
    const { alarm } = play(
      recordIn('NORM'),
      [
        [hot(36), NOW],
        [hot(38), NOW + 1],
        [time, NOW + HOUR],
      ],
      slow,
    );
    expect(alarm).toMatchObject({ value: 38, limit: 35, reason: 'above_limit' });
  });

  it('that were shortened end sooner', () => {
    const { record } = play(recordIn('NORM'), [[raise, NOW]], slow);
    const quick = { ...slow, onDelayMs: 1000 };
    const { steps } = play(
      record,
      [
        [raise, NOW + 500],
        [time, NOW + 1500],
      ],
      quick,
    );
    expect(steps).toEqual(['RAISE NORM UNACK']);
  });

  it('older than their alarm move nothing', () => {
    const delay = {
      event: 'CLEAR',
      dueAt: NOW,
      delayMs: 0,
      reason: 'steady',
      severity: 'major',
    } as const;
    expect(one({ ...recordIn('NORM'), hidden: { delay } }, time)).toMatchObject({
      steps: [],
      hidden: {},
    });
  });
});

describe('chattering', () => {
  const flips = (times: number[]): [Input, number][] =>
    times.map((ms, index) => [index % 2 === 0 ? raise : clear, NOW + ms]);

  it('begins with the third raise or return within 60 s', () => {
    const { steps, alarm } = play(recordIn('NORM'), flips([0, 30_000, 60_000]));
    expect(steps).toEqual([
      'RAISE NORM UNACK',
      'CLEAR UNACK RTN_UNACK',
      'RAISE RTN_UNACK UNACK',
      'CHATTERING UNACK UNACK',
    ]);
    expect(alarm.isChattering).toBe(true);
    expect(alarm.suppression).toBe('none');
  });

  it('is none where they are further apart', () => {
    const { alarm } = play(recordIn('NORM'), flips([0, 30_000, 60_001, 95_000]));
    expect(alarm).not.toHaveProperty('isChattering');
  });

  it('is told once, and ends when nothing has happened for 60 s', () => {
    const { record, steps } = play(recordIn('NORM'), flips([0, 1000, 2000, 3000, 4000]));
    expect(steps.filter((step) => step.startsWith('CHATTERING'))).toHaveLength(1);
    expect(play(record, [[time, NOW + 63_999]]).steps).toEqual([]);
    const [{ alarm, hidden }, [change]] = step(record, time, settings, NOW + 64_000);
    expect(change?.transition).toMatchObject({ event: 'CHATTERING', reason: 'steady' });
    expect(alarm).not.toHaveProperty('isChattering');
    expect(hidden).not.toHaveProperty('flips');
  });

  it('does not put off the question that is asked again', () => {
    const { hidden } = play(recordIn('NORM'), flips([0, 1000, 2000]));
    expect(hidden.reAlarmAt).toBe(NOW + 2000 + 4 * HOUR);
    const later = play(recordIn('NORM'), [...flips([0, 1000, 2000]), [time, NOW + HOUR]]);
    expect(later.hidden.reAlarmAt).toBe(NOW + 2000 + 4 * HOUR);
  });
});
