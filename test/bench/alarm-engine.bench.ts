import { expect, test } from 'vitest';
import type { AlarmCode } from '../../src/contract/alarm.ts';
import { type AlarmBook, openAlarmBook, takeDelays } from '../../src/domain/alarm/book.ts';
import { elapse, evaluate } from '../../src/domain/alarm/engine.ts';
import type { Rule, Subject } from '../../src/domain/alarm/rule-shape.ts';
import { alarmRule, alarmSubject } from '../support/alarm-rule.ts';
import { percentile, report } from './figures.ts';

const DEVICES = 5000;
const SITES = 50;
const LEAST_SAMPLES = 300_000;
const LEAST_TRANSITIONS = 30_000;
const ROUNDS = 200;
const OFF_DELAY_MS = 60_000;

/** A limit with a deadband, as most rules of a UPS are. */
function limitRule(code: AlarmCode, metric: string, limit: number): Rule {
  return alarmRule({
    code,
    metric,
    onDelayMs: 10_000,
    evaluate({ values }, isStanding) {
      const value = values[metric];
      if (typeof value !== 'number') return { truth: 'unknown' };
      const isOver = value > limit - (isStanding ? 2 : 0);
      if (isOver) return { truth: 'active', reason: 'above_limit', value, limit };
      return { truth: 'inactive', reason: 'within_limits' };
    },
  });
}

/** As many rules as a UPS has, one of which is of its status. */
function rulesOfUps(offDelayMs: number): readonly Rule[] {
  const codes: [AlarmCode, string][] = [
    ['UPS_MARGIN_LOW', 'ups.load'],
    ['SHUTDOWN_NOW', 'ups.load'],
    ['UPS_CRITICAL', 'battery.temperature'],
    ['UPS_OVERLOAD', 'ups.load'],
    ['UPS_BYPASS', 'input.voltage'],
    ['UPS_FAULT', 'input.voltage'],
    ['UPS_CHARGER', 'battery.temperature'],
    ['BATT_TEMP', 'battery.temperature'],
    ['BATT_REPLACE', 'battery.temperature'],
    ['MAINS_VOLT', 'input.voltage'],
    ['CLOCK_OFF', 'input.frequency'],
  ];
  const limits = codes.map(([code, metric]) => limitRule(code, metric, 400));
  return [alarmRule({ offDelayMs, reAlarmMs: 14_400_000 }), ...limits];
}

function subjectsOf(status: string): Subject[] {
  return Array.from({ length: DEVICES }, (_, index) =>
    alarmSubject(status, 0, {
      site: `site-${index % SITES}`,
      device: `ups-${index}`,
      values: {
        'ups.status': status,
        'ups.load': 40,
        'input.voltage': 231,
        'input.frequency': 50,
        'battery.temperature': 25,
      },
    }),
  );
}

interface Fleet {
  book: AlarmBook;
  rules: readonly Rule[];
}

/** Evaluates each device once; returns the transitions. */
function round({ book, rules }: Fleet, subjects: readonly Subject[], now: number): number {
  let transitions = 0;
  for (const subject of subjects) transitions += evaluate(book, rules, subject, now).length;
  return transitions;
}

const onMains = subjectsOf('OL');
const onBattery = subjectsOf('OB');

test('samples that change nothing, of devices on mains and on battery', () => {
  for (const [name, subjects] of [
    ['mains', onMains],
    ['battery', onBattery],
  ] as const) {
    const fleet = { book: openAlarmBook([]), rules: rulesOfUps(OFF_DELAY_MS) };
    for (let now = 0; now < 20; now += 1) round(fleet, subjects, now);
    const startedAt = performance.now();
    let transitions = 0;
    for (let now = 20; now < 20 + ROUNDS; now += 1) transitions += round(fleet, subjects, now);
    const perSecond = (ROUNDS * DEVICES) / ((performance.now() - startedAt) / 1000);
    report('alarm-engine', { name, rules: fleet.rules.length, 'samples/s': perSecond });
    expect(transitions).toBe(0);
    expect(perSecond).toBeGreaterThan(LEAST_SAMPLES);
  }
});

test('transitions: every device goes to battery and comes back', () => {
  const fleet = { book: openAlarmBook([]), rules: rulesOfUps(0) };
  let transitions = 0;
  let saved = 0;
  const startedAt = performance.now();
  for (let now = 0; now < ROUNDS; now += 2) {
    transitions += round(fleet, onBattery, now * OFF_DELAY_MS);
    transitions += round(fleet, onMains, (now + 1) * OFF_DELAY_MS);
    saved += takeDelays(fleet.book).length;
  }
  const perSecond = transitions / ((performance.now() - startedAt) / 1000);
  report('alarm-engine', { 'transitions/s': perSecond, transitions, saved });
  expect(perSecond).toBeGreaterThan(LEAST_TRANSITIONS);
});

test(`${DEVICES} devices come back at once: how long time itself takes`, () => {
  const durations: number[] = [];
  for (let turn = 0; turn < 20; turn += 1) {
    const fleet = { book: openAlarmBook([]), rules: rulesOfUps(OFF_DELAY_MS) };
    round(fleet, onBattery, 0);
    round(fleet, onMains, 1000);
    const startedAt = performance.now();
    const changes = elapse(fleet.book, 1000 + OFF_DELAY_MS, () => true);
    durations.push(performance.now() - startedAt);
    expect(changes).toHaveLength(DEVICES);
  }
  report('alarm-engine', {
    'elapse p50 ms': percentile(durations, 0.5),
    max: Math.max(...durations),
  });
});

test('a second in which nothing is due', () => {
  const fleet = { book: openAlarmBook([]), rules: rulesOfUps(OFF_DELAY_MS) };
  round(fleet, onBattery, 0);
  const startedAt = performance.now();
  for (let now = 0; now < 50_000; now += 1) elapse(fleet.book, now, () => true);
  const microseconds = ((performance.now() - startedAt) * 1000) / 50_000;
  report('alarm-engine', { 'elapse with nothing due µs': microseconds });
});
