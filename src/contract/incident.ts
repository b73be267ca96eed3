import { z } from 'zod';
import { severitySchema } from './alarm.ts';

/** From one device up to several regions; `comms`, `site_dark` and `platform` are of silence. */
export const incidentClassSchema = z.enum([
  'device',
  'site',
  'region',
  'wide_area',
  'comms',
  'site_dark',
  'platform',
]);
export type IncidentClass = z.infer<typeof incidentClassSchema>;

/** Announced (ГПВ), emergency (ГАВ), special emergency (СГАВ), a local fault, or not known. */
export const incidentCauseSchema = z.enum([
  'announced',
  'emergency',
  'special_emergency',
  'local',
  'unknown',
]);
export type IncidentCause = z.infer<typeof incidentCauseSchema>;

/** Grouped alarms with one cause, an owner and a timeline. Times are ms since 1970 UTC. */
export const incidentSchema = z.object({
  id: z.string(),
  class: incidentClassSchema,
  cause: incidentCauseSchema,
  state: z.enum(['open', 'taken', 'resolved']),
  severity: severitySchema,
  priority: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  /** False while one UPS alone, or too few of a region's sites, tell of it. */
  isConfirmed: z.boolean(),
  /** Its own and, of a parent, those of everything that it absorbed. */
  sites: z.array(z.string()),
  /** `site/device`, of its own alarms. */
  devices: z.array(z.string()),
  /** The region or outage queue that a `region` incident covers: `lviv`, `queue:3.1`. */
  region: z.string().optional(),
  parentId: z.string().optional(),
  recurrenceOf: z.string().optional(),
  /** Grows with every event of it. */
  revision: z.int().min(1),
  openedAt: z.number(),
  changedAt: z.number(),
  takenBy: z.string().optional(),
  takenAt: z.number().optional(),
  resolvedAt: z.number().optional(),
  worstMarginSeconds: z.number().optional(),
  /** When the announced slot that it falls into ends. */
  slotEndsAt: z.number().optional(),
});
export type Incident = z.infer<typeof incidentSchema>;

export const incidentEventTypeSchema = z.enum([
  'opened',
  'class_changed',
  'cause_changed',
  'confirmed',
  'severity_changed',
  'site_added',
  'site_restored',
  'device_added',
  'absorbed',
  'released',
  'generator_carries',
  'generator_ended',
  'dark',
  'heard_again',
  'taken',
  'note',
  'notified',
  'resolved',
]);
export type IncidentEventType = z.infer<typeof incidentEventTypeSchema>;

/** What a dated note testifies, beside its words. */
export const evidenceSchema = z.enum([
  'generator_connected',
  'generator_disconnected',
  'mains_returned',
]);
export type Evidence = z.infer<typeof evidenceSchema>;

/** One line of an incident's timeline; `at` ms since 1970 UTC. */
export const incidentEventSchema = z.object({
  incidentId: z.string(),
  revision: z.int().min(1),
  at: z.number(),
  type: incidentEventTypeSchema,
  site: z.string().optional(),
  device: z.string().optional(),
  /** The class, cause, severity or parent that it changed to. */
  to: z.string().optional(),
  actor: z.string().optional(),
  isActorVerified: z.boolean().optional(),
  text: z.string().optional(),
  evidence: evidenceSchema.optional(),
  commandId: z.string().optional(),
});
export type IncidentEvent = z.infer<typeof incidentEventSchema>;

/** An event together with the incident as it stands after it. */
export interface IncidentChange {
  incident: Incident;
  event: IncidentEvent;
}

/** What somebody is to be told; who and how is the on-call part's. One for each incident and revision. */
export const intentSchema = z.object({
  /** `incidentId:revision`. */
  id: z.string(),
  incidentId: z.string(),
  revision: z.int().min(1),
  kind: z.enum(['first', 'update', 'restored']),
  /** When it became due: after the group wait (ms since 1970 UTC). */
  at: z.number(),
});
export type Intent = z.infer<typeof intentSchema>;
