import { z } from 'zod';

export const alarmCodeSchema = z.enum(['UPS_ON_BATTERY', 'UPS_CRITICAL']);
export type AlarmCode = z.infer<typeof alarmCodeSchema>;

export const severitySchema = z.enum(['critical', 'major', 'minor', 'warning']);
export type Severity = z.infer<typeof severitySchema>;

/** Base states, modelled on ISA-18.2 / IEC 62682. */
export const alarmStateSchema = z.enum([
  'NORM',
  'UNACK',
  'ACKED',
  'RTN_UNACK',
  'LATCH_UNACK',
  'LATCH_ACKED',
]);
export type AlarmState = z.infer<typeof alarmStateSchema>;

export const suppressionSchema = z.enum(['none', 'shelved', 'suppressed', 'out_of_service']);

/** The named reason of a transition; pages and notifications translate it. */
export const transitionReasonSchema = z.enum([
  'on_battery',
  'on_battery_and_low',
  'forced_shutdown',
  'battery_no_longer_low',
  'returned_to_mains',
  'acknowledged',
]);
export type TransitionReason = z.infer<typeof transitionReasonSchema>;

/** One alarm of a device (or site) and code; `id` = `site.device.CODE`. Times are ms since 1970 UTC. */
export const alarmSchema = z.object({
  id: z.string(),
  code: alarmCodeSchema,
  site: z.string(),
  device: z.string().optional(),
  severity: severitySchema,
  priority: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  state: alarmStateSchema,
  suppression: suppressionSchema,
  occurrence: z.int().min(0),
  version: z.int().min(0),
  raisedAt: z.number(),
  changedAt: z.number(),
  clearedAt: z.number().optional(),
  acknowledgedBy: z.string().optional(),
  acknowledgedAt: z.number().optional(),
  value: z.union([z.number(), z.string()]).optional(),
  limit: z.union([z.number(), z.string()]).optional(),
  reason: transitionReasonSchema,
  incidentId: z.string().optional(),
  shelvedUntil: z.number().optional(),
});
export type Alarm = z.infer<typeof alarmSchema>;

/**
 * One step of an alarm's life in the journal. `sourceTs` is the device's time, `at` the monitor's;
 * `actor` is a person's name, marked unverified until sign-in exists.
 */
export const transitionSchema = z.object({
  alarmId: z.string(),
  occurrence: z.int(),
  version: z.int(),
  from: alarmStateSchema,
  to: alarmStateSchema,
  reason: transitionReasonSchema,
  at: z.number(),
  sourceTs: z.number().optional(),
  actor: z.string().optional(),
  isActorVerified: z.boolean().optional(),
  comment: z.string().optional(),
  commandId: z.string().optional(),
});
export type Transition = z.infer<typeof transitionSchema>;

/** A step together with the alarm as it stands after it. */
export interface AlarmChange {
  alarm: Alarm;
  transition: Transition;
}
