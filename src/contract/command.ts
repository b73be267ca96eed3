import { z } from 'zod';
import { evidenceSchema } from './incident.ts';
import { type Emergency, emergencySchema, type QueueDay, queueDaySchema } from './schedule.ts';

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

const alarmIdSchema = z.string().min(1).max(200);

export const acknowledgeCommandSchema = acknowledgeBodySchema.extend({ alarmId: alarmIdSchema });
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
export const alarmCommandSchema = z.discriminatedUnion('type', [
  acknowledgeBodySchema.extend({
    type: z.enum(['acknowledge', 'reset', 'unshelve', 'return']),
    alarmId: alarmIdSchema,
  }),
  shelveBodySchema.extend({ type: z.literal('shelve'), alarmId: alarmIdSchema }),
  outOfServiceBodySchema.extend({ type: z.literal('out-of-service'), alarmId: alarmIdSchema }),
]);
export type AlarmCommand = z.infer<typeof alarmCommandSchema>;

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

const incidentIdSchema = z.string().min(1).max(200);

export const incidentCommandSchema = z.discriminatedUnion('type', [
  takeIncidentBodySchema.extend({ type: z.literal('take'), incidentId: incidentIdSchema }),
  noteBodySchema.extend({ type: z.literal('note'), incidentId: incidentIdSchema }),
]);
export type IncidentCommand = z.infer<typeof incidentCommandSchema>;

/**
 * `by` and `at` (ms since 1970 UTC) tell who was first; `longestSeconds` for how long an alarm of this
 * priority may be shelved; `message` what a malformed command lacks. `version` is the alarm's, or the
 * incident's revision.
 */
export type CommandAnswer =
  | { ok: true; version: number }
  | {
      ok: false;
      code: string;
      by?: string;
      at?: number;
      longestSeconds?: number;
      message?: string;
    };

/** Queues' days, which take the place of what was entered for the same queue and day before. */
export const enterDaysBodySchema = z.strictObject({
  days: z.array(queueDaySchema).min(1).max(500),
  actor: actorSchema,
});

/** An emergency that begins; one of the same type, begin and places is replaced, so with `to` it ends. */
export const declareEmergencyBodySchema = emergencySchema.extend({ actor: actorSchema });

/** What names an entered day, or an emergency. */
const dayNameShape = queueDaySchema.pick({ date: true, queue: true, region: true }).shape;
const emergencyNameShape = emergencySchema.pick({ type: true, from: true }).shape;

export const removeDayQuerySchema = z.strictObject({ ...dayNameShape, actor: actorSchema });
/** `regions` and `sites` with commas between; without both, all of that type and begin are meant. */
export const removeEmergencyQuerySchema = z.strictObject({
  ...emergencyNameShape,
  regions: z.string().min(1).optional(),
  sites: z.string().min(1).optional(),
  actor: actorSchema,
});

/** What a person enters into the outage schedule, or takes out of what was entered. */
export type ScheduleCommand =
  | { type: 'enter-days'; days: QueueDay[] }
  | { type: 'remove-day'; day: Pick<QueueDay, 'date' | 'queue' | 'region'> }
  | { type: 'declare-emergency'; emergency: Emergency }
  | { type: 'remove-emergency'; emergency: Omit<Emergency, 'to'> };

export type ScheduleAnswer = { ok: true } | { ok: false; code: string; message?: string };
