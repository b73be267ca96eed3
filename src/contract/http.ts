import { z } from 'zod';
import { alarmSchema, transitionSchema } from './alarm.ts';
import { deviceSchema } from './device.ts';

/** The body of every failure: `code` is stable (`SVT_…`), `message` is for the log and for developers. */
export const errorBodySchema = z.object({
  code: z.string(),
  message: z.string(),
  params: z.record(z.string(), z.unknown()),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;

const instant = z.iso.datetime({ offset: true });

export const seriesQuerySchema = z.strictObject({
  metric: z.string().max(100),
  from: instant.optional(),
  to: instant.optional(),
  points: z.coerce.number().int().min(1).max(5000).default(500),
});

/** Min, mean, max and last of one bucket that begins at `ts`. */
export const bucketSchema = z.object({
  ts: instant,
  min: z.number(),
  mean: z.number(),
  max: z.number(),
  last: z.number(),
});

export const seriesAnswerSchema = z.object({
  metric: z.string(),
  unit: z.string(),
  buckets: z.array(bucketSchema),
});
export type SeriesAnswer = z.infer<typeof seriesAnswerSchema>;

export const alarmsQuerySchema = z.strictObject({
  state: z.enum(['active', 'all']).default('active'),
  site: z.string().max(63).optional(),
});

export const alarmDetailSchema = z.object({
  alarm: alarmSchema,
  transitions: z.array(transitionSchema),
});

export const deviceParamsSchema = z.object({ site: z.string(), device: z.string() });
export const deviceListSchema = z.array(deviceSchema);

/** What a caller may do; a later role includes the earlier ones. */
export const roleSchema = z.enum(['viewer', 'technician', 'supervisor', 'administrator']);
export type Role = z.infer<typeof roleSchema>;
