import { z } from 'zod';
import { channelSchema, idSchema, kindSchema, qualitySchema } from './kind.ts';
import type { MetricValue } from './metric.ts';

/**
 * One decoded message. `ts` is the time its values are stored at, `receivedAt` the monitor's clock
 * (both ms since 1970 UTC). `hasOwnTime` says that `ts` came from the device.
 */
export const sampleSchema = z.object({
  site: idSchema,
  kind: kindSchema,
  device: idSchema,
  channel: channelSchema,
  ts: z.number(),
  receivedAt: z.number(),
  hasOwnTime: z.boolean(),
  isRetained: z.boolean(),
  isBackfill: z.boolean(),
  seq: z.number().optional(),
  quality: qualitySchema,
  metrics: z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])),
});
export type Sample = Omit<z.infer<typeof sampleSchema>, 'metrics'> & {
  metrics: Record<string, MetricValue>;
};

/** Why an input, or one metric of it, was not taken. */
export const rejectReasonSchema = z.enum([
  'topic',
  'too_large',
  'not_utf8',
  'not_json',
  'not_object',
  'bad_ts',
  'wrong_type',
  'not_finite',
  'out_of_range',
  'unknown_metric',
  'kind_conflict',
  'foreign_identity',
  'too_many_unregistered',
]);
export type RejectReason = z.infer<typeof rejectReasonSchema>;

/** A rejected input: `metric` names the one metric where the rest of the message was kept. */
export const rejectSchema = z.object({
  receivedAt: z.number(),
  topic: z.string(),
  reason: rejectReasonSchema,
  metric: z.string().optional(),
  detail: z.string(),
  excerpt: z.string(),
});
export type Reject = z.infer<typeof rejectSchema>;
