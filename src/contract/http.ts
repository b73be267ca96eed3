import { z } from 'zod';
import {
  accountRowSchema,
  accountViewSchema,
  sessionViewSchema,
  tokenRowSchema,
} from './access.ts';
import { alarmSchema, transitionSchema } from './alarm.ts';
import { deviceSchema, siteSchema } from './device.ts';
import { dispatchSchema } from './dispatch.ts';
import { instantSchema, overHttp } from './http-time.ts';
import { incidentEventSchema, incidentSchema, intentSchema } from './incident.ts';
import { metricSchema } from './metric.ts';
import { outageSchema, outageSummarySchema } from './outage.ts';
import { readinessSchema } from './readiness.ts';
import { regionSchema } from './region.ts';
import { rejectSchema } from './sample.ts';
import { scheduleViewSchema } from './schedule.ts';

/** The body of every failure: `code` is stable (`SVT_…`), `message` is for the log and for developers. */
export const errorBodySchema = z.object({
  code: z.string(),
  message: z.string(),
  params: z.record(z.string(), z.unknown()),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;

export const seriesQuerySchema = z.strictObject({
  metric: z.string().max(100),
  from: instantSchema.optional(),
  to: instantSchema.optional(),
  points: z.coerce.number().int().min(1).max(5000).default(500),
});

/** Min, mean, max and last of one bucket that begins at `ts`. */
export const bucketSchema = z.object({
  ts: instantSchema,
  min: z.number(),
  mean: z.number(),
  max: z.number(),
  last: z.number(),
});

export const seriesAnswerSchema = z.object({
  metric: z.string(),
  unit: z.string(),
  /** The points as they came, or the rollups, that the answer was made from. */
  resolution: z.enum(['raw', 'minute', 'hour']),
  bucketSeconds: z.number(),
  buckets: z.array(bucketSchema),
});
export type SeriesAnswer = z.infer<typeof seriesAnswerSchema>;

export const alarmsQuerySchema = z.strictObject({
  state: z.enum(['active', 'all']).default('active'),
  site: z.string().max(63).optional(),
});

export const incidentsQuerySchema = z.strictObject({
  state: z.enum(['open', 'all']).default('open'),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

const spanShape = { from: instantSchema.optional(), to: instantSchema.optional() };

export const outagesQuerySchema = z.strictObject({
  site: z.string().max(63).optional(),
  ...spanShape,
  format: z.enum(['json', 'csv']).default('json'),
});

export const spanQuerySchema = z.strictObject(spanShape);

export const dispatchQuerySchema = z.strictObject({ generator: z.string().max(63) });

export const idParamsSchema = z.object({ id: z.string().max(2000) });

export const accountParamsSchema = z.object({ name: z.string().min(1).max(64) });

/** Of calls that are told everything by their address. */
export const noBodySchema = z.strictObject({});

export const deviceParamsSchema = z.object({ site: z.string(), device: z.string() });

/** What each call answers, with times as they leave: RFC 3339 UTC. */
export const ANSWERS = {
  sites: overHttp(z.array(siteSchema)),
  devices: overHttp(z.array(deviceSchema)),
  device: overHttp(deviceSchema),
  series: seriesAnswerSchema,
  metrics: z.array(metricSchema),
  incidents: overHttp(z.array(incidentSchema)),
  incident: overHttp(
    z.object({
      incident: incidentSchema,
      events: z.array(incidentEventSchema),
      children: z.array(incidentSchema),
      intents: z.array(intentSchema),
    }),
  ),
  outages: overHttp(z.array(outageSchema)),
  outageSummary: overHttp(outageSummarySchema),
  regions: overHttp(z.array(regionSchema)),
  dispatch: overHttp(z.array(dispatchSchema)),
  schedule: overHttp(scheduleViewSchema),
  entered: z.object({ ok: z.literal(true) }),
  rejects: overHttp(
    z.object({ counts: z.record(z.string(), z.int()), newest: z.array(rejectSchema) }),
  ),
  quarantine: overHttp(z.array(z.object({ at: z.number(), reason: z.string(), line: z.string() }))),
  alarms: overHttp(z.array(alarmSchema)),
  alarm: overHttp(z.object({ alarm: alarmSchema, transitions: z.array(transitionSchema) })),
  done: z.object({ ok: z.literal(true), version: z.int() }),
  alive: z.object({ ok: z.literal(true) }),
  session: overHttp(sessionViewSchema),
  account: overHttp(accountViewSchema),
  accounts: overHttp(z.array(accountRowSchema)),
  tokens: overHttp(z.array(tokenRowSchema)),
  /** A one-time link, shown once. */
  link: overHttp(z.object({ url: z.string(), expiresAt: z.number() })),
  /** A token, shown once. */
  token: z.object({ id: z.string(), token: z.string() }),
  /** What the browser's WebAuthn API is to be given. */
  ceremony: z.object({ ceremony: z.string(), options: z.looseObject({}) }),
  totp: z.object({ secret: z.string(), uri: z.string() }),
  recoveryCodes: z.object({ recoveryCodes: z.array(z.string()) }),
  exposition: z.string(),
  readiness: z.object({
    isReady: z.boolean(),
    dependencies: z.record(z.string(), readinessSchema),
  }),
} as const;
