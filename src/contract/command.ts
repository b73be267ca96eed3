import { z } from 'zod';

/** Optimistic concurrency of a command: it names the occurrence and version that the person saw. */
export const acknowledgeBodySchema = z.strictObject({
  commandId: z.string().min(1).max(64),
  occurrence: z.int().min(1),
  version: z.int().min(1),
  comment: z.string().max(1000).optional(),
  actor: z.string().trim().min(1).max(80).optional(),
});
export type AcknowledgeBody = z.infer<typeof acknowledgeBodySchema>;

export const acknowledgeCommandSchema = acknowledgeBodySchema.extend({
  alarmId: z.string().min(1).max(200),
});
export type AcknowledgeCommand = z.infer<typeof acknowledgeCommandSchema>;

/** `by` and `at` (ms since 1970 UTC) tell who was first; `message` what a malformed command lacks. */
export type CommandAnswer =
  | { ok: true; version: number }
  | { ok: false; code: string; by?: string; at?: number; message?: string };
