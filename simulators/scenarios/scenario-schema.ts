import { z } from 'zod';
import { durationSchema } from '../../src/contract/config.ts';
import { idSchema, kindSchema } from '../../src/contract/kind.ts';
import { bilingualSchema } from '../../src/contract/text.ts';

/** A length of time, seconds; drawn between `low` and `high` for each target. */
export interface Span {
  low: number;
  high: number;
}

const spanSchema = z.string().transform((text, context): Span => {
  const parts = text.split('..').map((part) => durationSchema.safeParse(part));
  const [first, last] = [parts[0]?.data, parts.at(-1)?.data];
  if (first !== undefined && last !== undefined && parts.length <= 2 && first <= last) {
    return { low: first, high: last };
  }
  context.addIssue({ code: 'custom', message: 'expected a duration such as 5s, or 5s..90s' });
  return z.NEVER;
});

/** `+1h`, `-90s` → seconds. */
const offsetSchema = z
  .string()
  .regex(/^[+-]\d+(\.\d+)?(ms|s|m|h|d)$/, 'expected an offset such as +1h or -90s')
  .transform((text) => (text.startsWith('-') ? -1 : 1) * durationSchema.parse(text.slice(1)));

const share = z.number().min(0).max(1);

/** Every condition that is given must hold; `pick` draws that many of what is left. */
const targetSchema = z.union([
  z.literal('all'),
  z.strictObject({
    regions: z.array(z.string()).optional(),
    queues: z
      .array(z.string().regex(/^[1-6](\.[12])?$/, 'expected a queue such as 3.1'))
      .optional(),
    sites: z.array(idSchema).optional(),
    devices: z.array(z.string().regex(/^[^/]+\/[^/]+$/, 'expected site/device')).optional(),
    kinds: z.array(kindSchema).optional(),
    pick: z.int().min(1).optional(),
  }),
]);
export type Target = z.infer<typeof targetSchema>;

/** What can happen; an event names exactly one. */
const actionShape = {
  /** Mains is gone; `exempt` sites stay on for announced and emergency cuts (domain: ГПВ, ГАВ). */
  mains: z.strictObject({ cause: z.enum(['gpv', 'gav', 'sgav', 'attack', 'local']) }).optional(),
  /** Mains comes and goes this many times over `for`. */
  flap: z.strictObject({ transitions: z.int().min(2).max(200) }).optional(),
  /** Mains voltage times this: a sag or a swell. */
  voltage: z.strictObject({ factor: z.number().min(0.05).max(1.5) }).optional(),
  /** The frequency of the whole grid. */
  grid: z.strictObject({ hertz: z.number().min(45).max(55) }).optional(),
  weather: z.strictObject({ celsius: z.number().min(-40).max(50) }).optional(),
  battery: z
    .strictObject({
      charge: share.optional(),
      stateOfHealth: z.number().min(0.1).max(1).optional(),
      celsius: z.number().min(-30).max(60).optional(),
    })
    .optional(),
  ups: z
    .enum([
      'bypass',
      'calibration',
      'self_test',
      'charger_failed',
      'inverter_fault',
      'overload',
      'forged_return',
      'forged_volts',
    ])
    .optional(),
  generator: z
    .enum([
      'starter_battery',
      'no_fuel',
      'gelled_fuel',
      'overtemperature',
      'not_auto',
      'transfer_stuck',
      'sound',
    ])
    .optional(),
  scanner: z
    .enum(['fault', 'emergency_stop', 'maintenance', 'keep_scanning', 'switched_off'])
    .optional(),
  /** The way to the broker is cut; what is `stored` meanwhile is sent at `replay` messages a second. */
  link: z
    .strictObject({
      lost: z.enum(['silent', 'will', 'half_open']),
      stored: z.int().min(0).max(100_000).default(5000),
      replay: z.number().min(1).max(1000).default(50),
      isMarked: z.boolean().default(true),
    })
    .optional(),
  /** Each target drops its connection and comes back, this often over `for`. */
  reconnects: z.strictObject({ times: z.int().min(1).max(1000) }).optional(),
  clock: z
    .union([
      z.strictObject({ offset: offsetSchema }),
      z.strictObject({ drift: offsetSchema }),
      z.strictObject({ reset: z.literal(1970) }),
    ])
    .optional(),
  wire: z
    .strictObject({
      garbage: share.optional(),
      duplicate: share.optional(),
      disorder: share.optional(),
      delay: spanSchema.optional(),
    })
    .optional(),
  /** The device begins anew: `seq` at 0. */
  restart: z.literal(true).optional(),
  drive: z
    .strictObject({ to: idSchema, averageKmh: z.number().min(5).max(120).default(55) })
    .optional(),
};
type ActionShape = { [K in keyof typeof actionShape]-?: z.infer<(typeof actionShape)[K]> };
export type ActionName = keyof ActionShape;
export type Action = {
  [K in ActionName]: { name: K; setting: Exclude<ActionShape[K], undefined> };
}[ActionName];

export const ACTION_NAMES = Object.keys(actionShape) as ActionName[];

const eventSchema = z
  .strictObject({
    at: durationSchema,
    /** How long it lasts; without it, to the end. */
    for: spanSchema.optional(),
    /** Each target's own delay. */
    spread: spanSchema.optional(),
    every: durationSchema.optional(),
    times: z.int().min(1).max(1000).optional(),
    on: targetSchema.default('all'),
    ...actionShape,
  })
  .transform((event, context) => {
    const names = ACTION_NAMES.filter((name) => event[name] !== undefined);
    const [name] = names;
    if (name === undefined || names.length > 1) {
      const message = `expected exactly one of ${ACTION_NAMES.join(', ')}`;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
    const { at, for: lasts, spread, every, times, on } = event;
    return {
      at,
      lasts,
      spread,
      every,
      times,
      on,
      action: { name, setting: event[name] } as Action,
    };
  });
export type ScenarioEvent = z.infer<typeof eventSchema>;

const count = z.int().min(0);
const limitsSchema = z.strictObject({
  /** Interruptions not found, and outages told of that were none. */
  missed: count.default(0),
  false: count.default(0),
  /** Alarms that nothing explains. */
  falseAlarms: count.default(0),
  /** Nothing happens: no alarm above a warning and no notification is right. */
  isCalm: z.boolean().default(false),
  /** From the truth to the alarm, seconds. */
  alarmDelay: z
    .strictObject({ p50: durationSchema, p99: durationSchema, max: durationSchema })
    .partial()
    .default({}),
  /** From the alarm to the incident, seconds. */
  incidentDelay: durationSchema.default(2),
  /** Alarms that end before the off-delay, or more than `late` after it (seconds). */
  clearedEarly: count.default(0),
  clearedLate: durationSchema.default(5),
  /** Share of device states that are not the true ones, %. */
  wrongStates: z.number().min(0).max(100).default(0),
  missingPoints: count.default(0),
  wrongPoints: count.default(0),
});
export type Limits = z.infer<typeof limitsSchema>;

export const scenarioSchema = z.strictObject({
  about: bilingualSchema,
  /** When it begins, where `--start` says nothing else; hours of the day matter to load and queues. */
  start: z.iso.datetime({ offset: true }).optional(),
  /** How long it goes on; without it, until it is ended. */
  duration: durationSchema.optional(),
  fleet: z
    .strictObject({
      sites: z.array(idSchema).min(1).optional(),
      devices: z.int().min(1).max(100_000).optional(),
      interval: durationSchema.optional(),
    })
    .default({}),
  /** The longest step in lock-step (seconds): a day goes faster in longer ones. */
  grain: durationSchema.default(1),
  /** Seconds between two looks at the devices' states. */
  lookEvery: durationSchema.default(30),
  events: z.array(eventSchema).default([]),
  limits: limitsSchema.default(limitsSchema.parse({})),
});
export type ScenarioFile = z.infer<typeof scenarioSchema>;
