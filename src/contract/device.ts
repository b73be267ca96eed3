import { z } from 'zod';
import { idSchema, kindSchema, qualitySchema } from './kind.ts';
import { bilingualSchema } from './text.ts';

export const freshnessSchema = z.enum(['live', 'stale', 'offline']);
export type Freshness = z.infer<typeof freshnessSchema>;

export const powerSourceSchema = z.enum([
  'mains',
  'battery',
  'low',
  'bypass',
  'generator',
  'off',
  'unknown',
]);
export type PowerSource = z.infer<typeof powerSourceSchema>;

/** The last value of one metric with the time it was measured at (ms since 1970 UTC). */
export const readingSchema = z.object({
  value: z.union([z.number(), z.boolean(), z.string()]),
  ts: z.number(),
  quality: qualitySchema,
});
export type Reading = z.infer<typeof readingSchema>;

/**
 * A device's live state. `lastSeen` and `intervalSeconds` let a page age the values by itself; `name`
 * is the device's identifier; `feeds` names the devices that this one's supply comes from.
 */
export const deviceSchema = z.object({
  site: idSchema,
  id: idSchema,
  kind: kindSchema,
  registered: z.boolean(),
  isMobile: z.boolean().optional(),
  name: z.string(),
  freshness: freshnessSchema,
  lastSeen: z.number().optional(),
  intervalSeconds: z.number(),
  power: powerSourceSchema.optional(),
  metrics: z.record(z.string(), readingSchema),
  feeds: z.array(idSchema).optional(),
  forecast: z
    .object({ runtimeSeconds: z.number(), low: z.number(), high: z.number(), method: z.string() })
    .optional(),
  marginSeconds: z.number().optional(),
});
export type Device = z.infer<typeof deviceSchema>;

/** A border crossing, with the worst power source and freshness of its devices. */
export const siteSchema = z.object({
  id: idSchema,
  name: bilingualSchema,
  lat: z.number().optional(),
  lon: z.number().optional(),
  region: z.string().optional(),
  queue: z.string().optional(),
  power: powerSourceSchema,
  freshness: freshnessSchema,
  incidentId: z.string().optional(),
});
export type Site = z.infer<typeof siteSchema>;
