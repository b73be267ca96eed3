import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AlarmChange } from '../../../../src/contract/alarm.ts';
import {
  acknowledge,
  elapse,
  evaluate,
  openAlarmBook,
} from '../../../../src/domain/alarm/engine.ts';
import { rulesWith } from '../../../../src/domain/alarm/rule.ts';

const OFF_DELAY = 60_000;
const rules = rulesWith(OFF_DELAY);

const ids = ['a.ups-1.UPS_ON_BATTERY', 'a.ups-1.UPS_CRITICAL'] as const;
// Mains more often than the rest, so that off-delays also end.
const statuses = [
  'OL',
  'OL',
  'OL CHRG',
  'OL CHRG',
  'OL TRIM',
  'OB',
  'OB',
  'OB LB',
  'OB CAL',
  'OL FSD',
  'LB',
  'WAIT',
  '',
];

const waitMs = fc.integer({ min: 0, max: 45_000 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ waitMs, status: fc.constantFrom(...statuses) }) },
  { weight: 4, arbitrary: fc.record({ waitMs, isTick: fc.constant(true) }) },
  { weight: 2, arbitrary: fc.record({ waitMs, acknowledges: fc.constantFrom(...ids) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Seen {
  at: number;
  status: string;
}

/** Plays the steps; for every transition tells the statuses that had been seen by then. */
function play(all: readonly Step[]): { change: AlarmChange; seen: readonly Seen[] }[] {
  const book = openAlarmBook([]);
  const seen: Seen[] = [];
  let now = 0;
  return all.flatMap((one) => {
    now += one.waitMs;
    let changes: AlarmChange[] = [];
    if ('status' in one) {
      seen.push({ at: now, status: one.status });
      const values = { 'ups.status': one.status };
      const subject = { site: 'a', device: 'ups-1', kind: 'ups', ts: now, values } as const;
      changes = evaluate(book, rules, subject, now);
    } else if ('isTick' in one) {
      changes = elapse(book, rules, now);
    } else {
      const { occurrence = 1, version = 1 } = book.alarms.get(one.acknowledges) ?? {};
      const command = { commandId: 'c', alarmId: one.acknowledges, occurrence, version };
      const result = acknowledge(book, command, { name: 'Olena', isVerified: false }, now);
      if (result.outcome === 'acknowledged') changes = [result.change];
    }
    return changes.map((change) => ({ change, seen: [...seen] }));
  });
}

/** Whether a status says that the alarm's condition is gone: independent of the rules' own code. */
function isKnownGone(alarmId: string, status: string): boolean {
  const flags = status.split(' ');
  if (alarmId.endsWith('UPS_ON_BATTERY')) return flags.includes('OL');
  if (flags.includes('FSD')) return false;
  return flags.includes('OL') || (flags.includes('OB') && !flags.includes('LB'));
}

const sequence = fc.array(step, { maxLength: 60 });

it('every transition of an alarm grows its version by one and never lowers its occurrence', () => {
  fc.assert(
    fc.property(sequence, (all) => {
      const last = new Map<string, { version: number; occurrence: number; state: string }>();
      for (const { change } of play(all)) {
        const { alarm, transition } = change;
        const before = last.get(alarm.id) ?? { version: 0, occurrence: 0, state: 'NORM' };
        const isNewOccurrence = before.state === 'NORM';
        expect(transition.from).toBe(before.state);
        expect(transition.to).toBe(alarm.state);
        expect(alarm.version).toBe(before.version + 1);
        expect(alarm.occurrence).toBe(before.occurrence + (isNewOccurrence ? 1 : 0));
        expect(transition).toMatchObject({ version: alarm.version, occurrence: alarm.occurrence });
        last.set(alarm.id, alarm);
      }
    }),
    { seed: 20_261_124, numRuns: 500 },
  );
});

it('no alarm clears unless every status of the whole off-delay said that its condition is gone', () => {
  let cleared = 0;
  fc.assert(
    fc.property(sequence, (all) => {
      for (const { change, seen } of play(all)) {
        const { alarmId, reason, at } = change.transition;
        if (change.alarm.clearedAt !== at || reason === 'acknowledged') continue;
        cleared += 1;
        const firstHeld = seen.findLastIndex(({ status }) => !isKnownGone(alarmId, status)) + 1;
        const since = seen[firstHeld]?.at ?? Number.POSITIVE_INFINITY;
        expect(at - since).toBeGreaterThanOrEqual(OFF_DELAY);
      }
    }),
    { seed: 20_261_124, numRuns: 500 },
  );
  expect(cleared).toBeGreaterThan(20);
});
