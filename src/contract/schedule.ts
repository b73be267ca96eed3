import { z } from 'zod';
import { idSchema } from './kind.ts';

export const queueSchema = z
  .string()
  .regex(/^[1-6]\.[12]$/, 'expected an outage queue from 1.1 to 6.2');

const clockSchema = z
  .string()
  .regex(
    /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/,
    'expected a time of the day such as 07:30, up to 24:00',
  );

/** Off from `from` to `to`, wall time of the fleet's zone; `to` 24:00 is the day's end. */
export const slotSchema = z
  .strictObject({ from: clockSchema, to: clockSchema })
  .refine(({ from, to }) => from < to, 'expected from before to: a slot over midnight is two');

const daySchema = z.iso.date('expected a date such as 2026-01-16');

/** One queue's announced cuts (ГПВ) of one day. An empty list says that nothing is cut. */
export const queueDaySchema = z.strictObject({
  date: daySchema,
  queue: queueSchema,
  region: z.string().optional(),
  slots: z.array(slotSchema).max(48),
});
export type QueueDay = z.infer<typeof queueDaySchema>;

/** An emergency that was declared: ГАВ or СГАВ, for regions or sites, from `from` on (RFC 3339). */
export const emergencySchema = z.strictObject({
  type: z.enum(['emergency', 'special_emergency']),
  regions: z.array(z.string()).optional(),
  sites: z.array(idSchema).optional(),
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }).optional(),
});
export type Emergency = z.infer<typeof emergencySchema>;

/** The outage schedule, as a file or over the API; `publishedAt` says how old its knowledge is. */
export const outageScheduleSchema = z.strictObject({
  publishedAt: z.iso.datetime({ offset: true }).optional(),
  days: z.array(queueDaySchema).default([]),
  emergencies: z.array(emergencySchema).default([]),
});
export type OutageSchedule = z.infer<typeof outageScheduleSchema>;

/**
 * The schedule as it counts now: file and entries together. `isStale` says that it is too old to be
 * trusted, `missing` which queues have no plan for tomorrow.
 */
export const scheduleViewSchema = outageScheduleSchema.extend({
  days: z.array(queueDaySchema),
  emergencies: z.array(emergencySchema),
  isStale: z.boolean(),
  missing: z.array(queueDaySchema.pick({ date: true, queue: true, region: true })),
});
export type ScheduleView = z.infer<typeof scheduleViewSchema>;
