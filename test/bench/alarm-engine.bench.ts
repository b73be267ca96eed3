import { expect, test } from 'vitest';
import { topologySchema } from '../../src/contract/config.ts';
import { type AlarmBook, openAlarmBook, takeDelays } from '../../src/domain/alarm/book.ts';
import { elapse, evaluate } from '../../src/domain/alarm/engine.ts';
import { rulesOf } from '../../src/domain/alarm/rule.ts';
import type { Rule, Subject } from '../../src/domain/alarm/rule-shape.ts';
import { followDevice, newDeviceWatch } from '../../src/domain/watch/device-watch.ts';
import { alarmSubject } from '../support/alarm-rule.ts';
import { percentile, report } from './figures.ts';

const DEVICES = 5000;
const SITES = 50;
const LEAST_SAMPLES = 300_000;
const LEAST_TRANSITIONS = 30_000;
const ROUNDS = 200;
const OFF_DELAY_MS = 60_000;

interface Fleet {
  book: AlarmBook;
  rules: readonly Rule[];
  policy: ReturnType<typeof topologySchema.parse>['power'];
  subjects: readonly Subject[];
}

/** UPSs with the rules that stand where nothing is configured, but for the off-delay of power. */
function newFleet(onBatteryOffDelay = '60s'): Fleet {
  const topology = topologySchema.parse({ thresholds: { onBatteryOffDelay } });
  const subjects = Array.from({ length: DEVICES }, (_, index) =>
    alarmSubject('OL', 0, {
      site: `site-${index % SITES}`,
      device: `ups-${index}`,
      watch: newDeviceWatch('ups'),
    }),
  );
  const rules = rulesOf(topology).of('site-0', 'ups-0', 'ups');
  return { book: openAlarmBook([]), rules, policy: topology.power, subjects };
}

const measured = {
  'ups.load': 40,
  'input.voltage': 231,
  'input.frequency': 50,
  'battery.charge': 100,
  'battery.runtime': 1800,
  'battery.temperature': 25,
};
const onMains = { ...measured, 'ups.status': 'OL' };
const onBattery = { ...measured, 'ups.status': 'OB DISCHRG', 'input.voltage': 0 };

/** Each device says this once: what it means is found, and the rules are judged; returns the transitions. */
function round(
  { book, rules, policy, subjects }: Fleet,
  values: Subject['values'],
  now: number,
): number {
  let transitions = 0;
  const around = { values, config: undefined, policy, siblings: () => [], place: undefined, now };
  for (const subject of subjects) {
    subject.values = values;
    subject.ts = now;
    followDevice(subject.watch, around, values);
    transitions += evaluate(book, rules, subject, now).length;
  }
  return transitions;
}

test.each([
  ['mains', onMains],
  ['battery', onBattery],
] as const)('samples that change nothing, on %s', (name, values) => {
  const fleet = newFleet();
  for (let now = 0; now < 20; now += 1) round(fleet, values, now);
  const startedAt = performance.now();
  let transitions = 0;
  for (let now = 20; now < 20 + ROUNDS; now += 1) transitions += round(fleet, values, now);
  const perSecond = (ROUNDS * DEVICES) / ((performance.now() - startedAt) / 1000);
  report('alarm-engine', { name, rules: fleet.rules.length, 'samples/s': perSecond });
  expect(transitions).toBe(0);
  expect(perSecond).toBeGreaterThan(LEAST_SAMPLES);
});

test('transitions: every device goes to battery and comes back', () => {
  const fleet = newFleet('0s');
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
    const fleet = newFleet();
    round(fleet, onBattery, 0);
    round(fleet, onMains, 1000);
    const startedAt = performance.now();
    const changes = elapse(fleet.book, 1000 + OFF_DELAY_MS, () => true);
    durations.push(performance.now() - startedAt);
    expect(changes.length).toBeGreaterThanOrEqual(DEVICES);
  }
  report('alarm-engine', {
    'elapse p50 ms': percentile(durations, 0.5),
    max: Math.max(...durations),
  });
});

test('a second in which nothing is due', () => {
  const fleet = newFleet();
  round(fleet, onBattery, 0);
  const startedAt = performance.now();
  for (let now = 0; now < 50_000; now += 1) elapse(fleet.book, now, () => true);
  const microseconds = ((performance.now() - startedAt) * 1000) / 50_000;
  report('alarm-engine', { 'elapse with nothing due µs': microseconds });
});
