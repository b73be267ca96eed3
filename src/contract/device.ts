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

/** How a forecast was made; the page names it. */
export const forecastMethodSchema = z.enum([
  'reported',
  'learned_model',
  'nameplate_model',
  'observed_slope',
  'blind',
]);

/** Runtime that is left (seconds), with a band in which it lies in most cases. */
export const forecastSchema = z.object({
  runtimeSeconds: z.number(),
  low: z.number(),
  high: z.number(),
  method: forecastMethodSchema,
});
export type Forecast = z.infer<typeof forecastSchema>;

/** State of health from discharges: what is left of the nominal capacity, % (IEEE 450, IEEE 1188). */
export const batteryHealthSchema = z.object({
  percent: z.number(),
  measuredAt: z.number(),
  discharges: z.int(),
  /** When the trend reaches 80 % (ms since 1970 UTC). */
  replaceAt: z.number().optional(),
});
export type BatteryHealth = z.infer<typeof batteryHealthSchema>;

/** What a UPS will have for the next announced cut, where mains stays until then. */
export const nextCutSchema = z.object({
  /** When the cut begins (ms since 1970 UTC). */
  at: z.number(),
  /** How long it is announced to last. */
  seconds: z.number(),
  chargePercent: z.number(),
  runtimeSeconds: z.number().optional(),
});
export type NextCut = z.infer<typeof nextCutSchema>;

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
  forecast: forecastSchema.optional(),
  /** Of a scanner, and the least of those that a UPS feeds. */
  marginSeconds: z.number().optional(),
  /** The last moment to begin a safe shutdown (ms since 1970 UTC), while it runs from battery. */
  beginShutdownBy: z.number().optional(),
  /** What is gained where the scanner stops scanning now (seconds). */
  stopScanningGainSeconds: z.number().optional(),
  batteryHealth: batteryHealthSchema.optional(),
  nextCut: nextCutSchema.optional(),
  /** Why it may be silent, or does not alarm: it is off, in transit, in maintenance, under test. */
  expectation: z.enum(['off', 'in_transit', 'maintenance', 'testing']).optional(),
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
