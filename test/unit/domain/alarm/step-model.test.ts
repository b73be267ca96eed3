import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AlarmChange, Severity } from '../../../../src/contract/alarm.ts';
import { type AlarmRecord, newRecord, type Settings } from '../../../../src/domain/alarm/record.ts';
import type { Condition } from '../../../../src/domain/alarm/rule-shape.ts';
import { type Input, step } from '../../../../src/domain/alarm/step.ts';
import { AlarmOracle } from '../../../support/alarm-oracle.ts';

const SEVERITIES = ['critical', 'major', 'minor', 'warning'] as const satisfies Severity[];
const HOUR = 3_600_000;

interface Real {
  record: AlarmRecord;
  settings: Settings;
}

/** 19 of the base table, 3 ways to hide and chattering in 6 states, 4 ways to show in 8 kinds. */
const KINDS_OF_STEP = 73;
/** Every kind of step that the walks have led to: what is never met is not tested. */
const met = new Set<string>();

function textOf({ alarm, transition }: AlarmChange): string {
  const { version, event, from, to, fromSuppression, toSuppression } = transition;
  const after = toSuppression ?? alarm.suppression;
  met.add(`${event} ${from} ${to}`);
  return `${version} ${event}: ${from} ${fromSuppression ?? after} → ${to} ${after}`;
}

/** One input to both; they shall tell the same steps and come to stand alike. */
class Walk implements fc.Command<AlarmOracle, Real> {
  readonly #input: Input;
  readonly #oracle: (oracle: AlarmOracle) => void;

  constructor(input: Input, oracle: (oracle: AlarmOracle) => void) {
    this.#input = input;
    this.#oracle = oracle;
  }

  check = () => true;

  run(oracle: AlarmOracle, real: Real): void {
    this.#oracle(oracle);
    const input =
      this.#input.type === 'SHELVE'
        ? { ...this.#input, until: this.#input.until + oracle.now }
        : this.#input;
    const [record, changes] = step(real.record, input, real.settings, oracle.now);
    real.record = record;
    expect(changes.map(textOf)).toEqual(oracle.told());
    const {
      state,
      suppression,
      occurrence,
      version,
      priority,
      isChattering = false,
    } = record.alarm;
    expect({ state, suppression, occurrence, version, priority, isChattering }).toEqual({
      state: oracle.base,
      suppression: oracle.shown,
      occurrence: oracle.occurrence,
      version: oracle.version,
      priority: oracle.priority,
      isChattering: oracle.isChattering,
    });
    expect(changes.at(-1)?.alarm ?? record.alarm).toEqual(record.alarm);
  }

  toString = () => JSON.stringify(this.#input);
}

/** The process ends and another takes up what was written. */
class Restart implements fc.Command<AlarmOracle, Real> {
  check = () => true;
  run(_: AlarmOracle, real: Real): void {
    real.record = JSON.parse(JSON.stringify(real.record));
  }
  toString = () => 'restart';
}

function say(condition: Condition, oracle: (one: AlarmOracle) => void): Walk {
  return new Walk({ type: 'CONDITION', condition, sourceTs: 1 }, oracle);
}

const active = fc.integer({ min: 1, max: 4 }).map((priority) => {
  const severity = SEVERITIES[priority - 1] ?? 'warning';
  return say({ truth: 'active', reason: 'on_battery', severity }, (one) => one.condition(priority));
});
const inactive = fc.constant(
  say({ truth: 'inactive', reason: 'returned_to_mains' }, (one) => one.condition(0)),
);
const unknown = fc.constant(say({ truth: 'unknown' }, (one) => one.silent()));
const silent = fc.constant(new Walk({ type: 'SILENT' }, (one) => one.silent()));

const wait = fc
  .tuple(fc.constantFrom(0, 1, 9000, 20_000, 60_000, HOUR, 9 * HOUR), fc.boolean())
  .map(([ms, mayClear]) => new Walk({ type: 'TIME', mayClear }, (one) => one.time(ms, mayClear)));

const person = fc
  .constantFrom('ACKNOWLEDGE' as const, 'RESET' as const)
  .map((type) => new Walk({ type, by: 'Olena' }, (one) => one.person(type)));

const shelve = fc.constantFrom(1000, HOUR, 30 * HOUR).map(
  (ms) =>
    new Walk({ type: 'SHELVE', until: ms, by: 'Olena', reason: 'noise' }, (one) => {
      if (one.shelf !== undefined) return;
      one.hide('SHELVE', () => {
        one.shelf = { until: one.now + ms, since: one.now };
      });
    }),
);
const unshelve = fc.constant(
  new Walk({ type: 'UNSHELVE' }, (one) => {
    if (one.shelf === undefined) return;
    one.show('UNSHELVE', () => {
      one.shelf = undefined;
    });
  }),
);
const suppress = fc.constantFrom('a', 'b').map(
  (source) =>
    new Walk({ type: 'SUPPRESS', source }, (one) => {
      if (one.source === source) return;
      one.hide('SUPPRESS', () => {
        one.source = source;
      });
    }),
);
const unsuppress = fc.constant(
  new Walk({ type: 'UNSUPPRESS' }, (one) => {
    if (one.source === undefined) return;
    one.show('UNSUPPRESS', () => {
      one.source = undefined;
    });
  }),
);
const order = { by: 'Olena', reason: 'repair', workOrder: '7' };
const takeOut = fc.constant(
  new Walk({ type: 'OUT_OF_SERVICE', ...order }, (one) => {
    if (one.isOut) return;
    one.hide('OUT_OF_SERVICE', () => {
      one.isOut = true;
    });
  }),
);
const bringBack = fc.constant(
  new Walk({ type: 'RETURN_TO_SERVICE' }, (one) => {
    if (!one.isOut) return;
    one.show('RETURN_TO_SERVICE', () => {
      one.isOut = false;
    });
  }),
);

const restart = fc.constant(new Restart());

// Conditions and time more often than the rest, so that alarms come and go.
const commands = fc.commands(
  [
    ...[active, inactive, wait, active, inactive, wait, unknown, silent, person, person],
    ...[shelve, unshelve, suppress, unsuppress, takeOut, bringBack, restart],
  ],
  { maxCommands: 80, size: 'max' },
);

const tuning = fc.record({
  isLatched: fc.boolean(),
  onMs: fc.constantFrom(0, 10_000),
  offMs: fc.constantFrom(0, 60_000),
  reAlarmMs: fc.constantFrom(undefined, 30_000, 4 * HOUR),
});

it('an alarm lives as its tables say, whatever happens to it in whatever order', () => {
  fc.assert(
    fc.property(commands, tuning, (all, { isLatched, onMs, offMs, reAlarmMs }) => {
      const settings: Settings = {
        severity: 'minor',
        isLatched,
        onDelayMs: onMs,
        offDelayMs: offMs,
        ...(reAlarmMs === undefined ? {} : { reAlarmMs }),
      };
      const start = { site: 'krakivets', device: 'ups-1' };
      const rule = { code: 'UPS_ON_BATTERY', severity: 'minor' } as const;
      fc.modelRun(
        () => ({
          model: new AlarmOracle({ isLatched, onMs, offMs, reAlarmMs }),
          real: { record: newRecord(start, rule, 0), settings },
        }),
        all,
      );
    }),
    { seed: 20_261_124, numRuns: 1000 },
  );
  expect(met.size).toBe(KINDS_OF_STEP);
});
