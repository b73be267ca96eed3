import { z } from 'zod';
import { TRANSITION_REASONS } from './alarm-reason.ts';

export const alarmCodeSchema = z.enum([
  'UPS_ON_BATTERY',
  'UPS_MARGIN_LOW',
  'SHUTDOWN_NOW',
  'UPS_CRITICAL',
  'UPS_OVERLOAD',
  'UPS_BYPASS',
  'UPS_FAULT',
  'UPS_CHARGER',
  'BATT_TEMP',
  'BATT_REPLACE',
  'MAINS_VOLT',
  'MAINS_FREQ',
  'MAINS_FLAP',
  'GEN_START_FAIL',
  'GEN_FUEL',
  'GEN_NOT_AUTO',
  'SC_ESTOP',
  'SC_INTERLOCK',
  'SC_DOSE',
  'SC_HOT_LOSS',
  'SC_CHILLER',
  'SC_FLOW',
  'SC_VACUUM',
  'SC_DETECTOR',
  'SC_WARMUP_LONG',
  'TUBE_LIFE',
  'DEV_SILENT',
  'DEV_CLAIMED',
  'CLOCK_OFF',
  'MOVED',
  'SITE_OUTAGE',
  'SITE_DARK',
  'COMMS_LOSS',
  'PLATFORM_FAULT',
  'REGIONAL_OUTAGE',
  'WIDE_AREA_OUTAGE',
]);
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

/** What hides an alarm; its base state is evaluated all the same. The later one wins over the earlier. */
export const suppressionSchema = z.enum(['none', 'shelved', 'suppressed', 'out_of_service']);
export type Suppression = z.infer<typeof suppressionSchema>;

/** The named reason of a transition; pages and notifications translate it. */
export const transitionReasonSchema = z.enum(TRANSITION_REASONS);
export type TransitionReason = z.infer<typeof transitionReasonSchema>;

/** What moves an alarm: its condition after the delays, a person, a deadline, or another alarm. */
export const alarmEventSchema = z.enum([
  'RAISE',
  'CLEAR',
  'ACKNOWLEDGE',
  'RESET',
  'RE_ALARM',
  'SEVERITY_UP',
  'SHELVE',
  'UNSHELVE',
  'SHELF_EXPIRED',
  'SUPPRESS',
  'UNSUPPRESS',
  'OUT_OF_SERVICE',
  'RETURN_TO_SERVICE',
  'CHATTERING',
]);
export type AlarmEvent = z.infer<typeof alarmEventSchema>;

/**
 * One alarm of a device (or site) and code; `id` = `site.device.CODE`, `site.CODE` of a site's own,
 * `*.region.CODE` and `*.CODE` of what is above a site (its `site` is `*`). Times are ms since 1970 UTC.
 */
export const alarmSchema = z.object({
  id: z.string(),
  code: alarmCodeSchema,
  site: z.string(),
  device: z.string().optional(),
  /** Of an alarm above a site: its region, or `queue:3.1` of an outage queue. */
  region: z.string().optional(),
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
  /** The incident of the alarm's own site or device; its parents follow from there. */
  incidentId: z.string().optional(),
  shelvedUntil: z.number().optional(),
  shelvedBy: z.string().optional(),
  shelveReason: z.string().optional(),
  /** The alarm whose consequence this one is, while it is suppressed by design. */
  suppressedBy: z.string().optional(),
  outOfService: z
    .object({ by: z.string(), at: z.number(), reason: z.string(), workOrder: z.string() })
    .optional(),
  /** Three transitions or more within 60 s: shelving is proposed. */
  isChattering: z.boolean().optional(),
});
export type Alarm = z.infer<typeof alarmSchema>;

/**
 * One step of an alarm's life in the journal. `sourceTs` is the device's time, `at` the monitor's;
 * `actor` is a person's name, marked unverified until sign-in exists. `from` and `to` are base states.
 */
export const transitionSchema = z.object({
  alarmId: z.string(),
  occurrence: z.int(),
  version: z.int(),
  event: alarmEventSchema.optional(),
  from: alarmStateSchema,
  to: alarmStateSchema,
  fromSuppression: suppressionSchema.optional(),
  toSuppression: suppressionSchema.optional(),
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
