import { z } from 'zod';
import { evidenceSchema } from './incident.ts';

const commandIdSchema = z.string().min(1).max(64);
const actorSchema = z.string().trim().min(1).max(80).optional();
const commentSchema = z.string().max(1000).optional();
const requiredTextSchema = z.string().trim().min(1).max(1000);

/** Optimistic concurrency of a command: it names the occurrence and version that the person saw. */
export const acknowledgeBodySchema = z.strictObject({
  commandId: commandIdSchema,
  occurrence: z.int().min(1),
  version: z.int().min(1),
  comment: commentSchema,
  actor: actorSchema,
});
export type AcknowledgeBody = z.infer<typeof acknowledgeBodySchema>;

export const acknowledgeCommandSchema = acknowledgeBodySchema.extend({
  alarmId: z.string().min(1).max(200),
});
export type AcknowledgeCommand = z.infer<typeof acknowledgeCommandSchema>;

/** `until` RFC 3339; at the latest 1 h, 8 h, 24 h from now for priorities 1, 2, 3 and below. */
export const shelveBodySchema = acknowledgeBodySchema.extend({
  until: z.iso.datetime({ offset: true }),
  reason: requiredTextSchema,
});
export type ShelveBody = z.infer<typeof shelveBodySchema>;

export const outOfServiceBodySchema = acknowledgeBodySchema.extend({
  reason: requiredTextSchema,
  workOrder: z.string().trim().min(1).max(100),
});
export type OutOfServiceBody = z.infer<typeof outOfServiceBodySchema>;

/** What a person does to an alarm; `reset`, `unshelve` and `return` need nothing more. */
export type AlarmCommand =
  | ({ type: 'acknowledge' | 'reset' | 'unshelve' | 'return' } & AcknowledgeCommand)
  | ({ type: 'shelve'; alarmId: string } & ShelveBody)
  | ({ type: 'out-of-service'; alarmId: string } & OutOfServiceBody);

/** Taking an incident: it names the revision that the person saw. */
export const takeIncidentBodySchema = z.strictObject({
  commandId: commandIdSchema,
  revision: z.int().min(1),
  comment: commentSchema,
  actor: actorSchema,
});
export type TakeIncidentBody = z.infer<typeof takeIncidentBodySchema>;

/** A dated note; `evidence` and `site` say what it testifies of which site, `at` since when (RFC 3339). */
export const noteBodySchema = z.strictObject({
  commandId: commandIdSchema,
  text: requiredTextSchema,
  site: z.string().max(63).optional(),
  evidence: evidenceSchema.optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  actor: actorSchema,
});
export type NoteBody = z.infer<typeof noteBodySchema>;

export type IncidentCommand =
  | ({ type: 'take'; incidentId: string } & TakeIncidentBody)
  | ({ type: 'note'; incidentId: string } & NoteBody);

/**
 * `by` and `at` (ms since 1970 UTC) tell who was first; `message` what a malformed command lacks.
 * `version` is the alarm's, or the incident's revision.
 */
export type CommandAnswer =
  | { ok: true; version: number }
  | { ok: false; code: string; by?: string; at?: number; message?: string };
