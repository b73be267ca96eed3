import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AlarmChange } from '../../../../src/contract/alarm.ts';
import type { AlarmCommand } from '../../../../src/contract/command.ts';
import {
  type AlarmBook,
  alarmOf,
  alarmsOf,
  openAlarmBook,
  takeDelays,
} from '../../../../src/domain/alarm/book.ts';
import { command } from '../../../../src/domain/alarm/command.ts';
import {
  elapse,
  evaluate,
  interrupt,
  suppress,
  unsuppress,
} from '../../../../src/domain/alarm/engine.ts';
import { alarmRules, alarmSubject } from '../../../support/alarm-rule.ts';

const OFF_DELAY = 60_000;
const olena = { name: 'Olena', isVerified: false };
const order = { reason: 'repair', workOrder: 'W-7' };

const ids = ['krakivets.ups-1.UPS_ON_BATTERY', 'krakivets.ups-1.UPS_CRITICAL'] as const;
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
  'LB',
  'WAIT',
  '',
];

type Act = AlarmCommand['type'] | 'suppress' | 'unsuppress';
const acts: Act[] = [
  'acknowledge',
  'acknowledge',
  'reset',
  'shelve',
  'unshelve',
  'out-of-service',
  'return',
  'suppress',
  'unsuppress',
];

const waitMs = fc.integer({ min: 0, max: 45_000 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ waitMs, status: fc.constantFrom(...statuses) }) },
  { weight: 4, arbitrary: fc.record({ waitMs, isTick: fc.constant(true) }) },
  { weight: 1, arbitrary: fc.record({ waitMs, isSilent: fc.constant(true) }) },
  {
    weight: 2,
    arbitrary: fc.record({ waitMs, act: fc.constantFrom(...acts), id: fc.constantFrom(...ids) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Seen {
  at: number;
  status: string;
}

interface Tuning {
  isLatched: boolean;
  onDelayMs: number;
}

/**
 * Plays the steps; for every transition tells the statuses that had been seen by then. `retained`: when the
 * device's last status comes in again, as it does after a restart.
 */
function play(
  all: readonly Step[],
  tuning: Tuning,
  retained: { at: readonly number[]; isRestarted: boolean } = { at: [], isRestarted: false },
): { change: AlarmChange; seen: readonly Seen[] }[] {
  const rules = alarmRules({ ...tuning, offDelayMs: OFF_DELAY, reAlarmMs: 120_000 });
  let book = openAlarmBook([]);
  const saved = new Map<string, string | undefined>();
  const seen: Seen[] = [];
  let now = 0;
  return all.flatMap((one, index) => {
    now += one.waitMs;
    let changes: AlarmChange[] = [];
    const told: AlarmChange[] = [];
    if (retained.at.includes(index)) {
      if (retained.isRestarted) book = restarted(book, saved);
      const status = seen.at(-1)?.status ?? '';
      told.push(...evaluate(book, rules, alarmSubject(status, now), now));
    }
    if ('status' in one) {
      seen.push({ at: now, status: one.status });
      changes = evaluate(book, rules, alarmSubject(one.status, now), now);
    } else if ('isTick' in one) {
      changes = elapse(book, now, () => true);
    } else if ('isSilent' in one) {
      seen.push({ at: now, status: '' });
      interrupt(book, 'krakivets', 'ups-1');
    } else {
      changes = actOn(book, one, now);
    }
    return [...told, ...changes].map((change) => ({ change, seen: [...seen] }));
  });

  function actOn(on: AlarmBook, { act, id }: { act: Act; id: string }, at: number): AlarmChange[] {
    if (act === 'suppress' || act === 'unsuppress') {
      const hidden = act === 'suppress' ? suppress(on, id, 'x', at) : unsuppress(on, id, at);
      return hidden === undefined ? [] : [hidden];
    }
    const { occurrence = 1, version = 1 } = alarmOf(on, id) ?? {};
    const until = new Date(at + 50_000).toISOString();
    const asked = { commandId: 'c', alarmId: id, occurrence, version, until, ...order };
    const result = command(on, () => rules[0], { type: act, ...asked }, olena, at);
    return result.outcome === 'done' ? [result.change] : [];
  }
}

/** Another process takes up what was written. */
function restarted(book: AlarmBook, saved: Map<string, string | undefined>): AlarmBook {
  for (const { key, body } of takeDelays(book)) saved.set(key, body);
  const alarms = JSON.parse(JSON.stringify(alarmsOf(book)));
  return openAlarmBook(
    alarms,
    [...saved].map(([key, body]) => ({ key, body })),
  );
}

/** Whether a status says that the alarm's condition is gone: independent of the rules' own code. */
function isKnownGone(alarmId: string, status: string): boolean {
  const flags = status.split(' ');
  if (alarmId.endsWith('UPS_ON_BATTERY')) return flags.includes('OL');
  return flags.includes('OL') || (flags.includes('OB') && !flags.includes('LB'));
}

const sequence = fc.array(step, { maxLength: 60, size: 'max' });
const tuning = fc.record({ isLatched: fc.boolean(), onDelayMs: fc.constantFrom(0, 15_000) });

it('every transition of an alarm grows its version by one and never lowers its occurrence', () => {
  fc.assert(
    fc.property(sequence, tuning, (all, by) => {
      const last = new Map<string, { version: number; occurrence: number; state: string }>();
      for (const { change } of play(all, by)) {
        const { alarm, transition } = change;
        const before = last.get(alarm.id) ?? { version: 0, occurrence: 0, state: 'NORM' };
        const isNewOccurrence = transition.event === 'RAISE' && before.state === 'NORM';
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
    fc.property(sequence, tuning, (all, by) => {
      for (const { change, seen } of play(all, by)) {
        const { alarmId, event, at } = change.transition;
        if (event !== 'CLEAR') continue;
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

it('a restart in the middle of anything changes nothing', () => {
  fc.assert(
    fc.property(sequence, tuning, fc.uniqueArray(fc.nat(59), { maxLength: 10 }), (all, by, at) => {
      const changesOf = (isRestarted: boolean) =>
        play(all, by, { at, isRestarted }).map(({ change }) => change);
      expect(changesOf(true)).toEqual(changesOf(false));
    }),
    { seed: 20_261_124, numRuns: 500 },
  );
});
