import { z } from 'zod';
import { incidentCauseSchema } from './incident.ts';
import { idSchema } from './kind.ts';

/** How a scanner fared in one interruption (seconds); the five add up to the part that is accounted for. */
export const scannerShareSchema = z.object({
  device: idSchema,
  donor: z.string().optional(),
  /** It ran from the UPS's battery: minutes saved. */
  upsSeconds: z.number(),
  generatorSeconds: z.number(),
  /** Its supply was gone although it was to work. */
  offSeconds: z.number(),
  /** It had been switched off properly, or is in maintenance. */
  plannedOffSeconds: z.number(),
  /** Nobody told. */
  unseenSeconds: z.number(),
});
export type ScannerShare = z.infer<typeof scannerShareSchema>;

/**
 * One interruption of a site's supply from the mains, from the first word of its loss to the first of
 * its return (ms since 1970 UTC); its clock runs through lost communication (IEEE 1366).
 */
export const outageSchema = z.object({
  id: z.string(),
  site: idSchema,
  startedAt: z.number(),
  endedAt: z.number().optional(),
  /** Longer than the configured limit or not; an open one is what it is by now. */
  duration: z.enum(['momentary', 'sustained']),
  /** The devices that told of it. */
  evidence: z.array(idSchema),
  cause: incidentCauseSchema,
  incidentId: z.string().optional(),
  /** The share of it in which a device of the site was heard, 0–1. */
  coverage: z.number().min(0).max(1),
  /** Known only from what was sent late. */
  isLate: z.boolean(),
  generatorSeconds: z.number(),
  scanners: z.array(scannerShareSchema),
});
export type Outage = z.infer<typeof outageSchema>;

/** Scanner-seconds of one donor's scanners in interruptions; planned-off time is in none of them. */
export const savedSchema = z.object({
  /** Absent: scanners without a donor. */
  donor: z.string().optional(),
  /** Saved by UPSs. */
  upsSeconds: z.number(),
  generatorSeconds: z.number(),
  offSeconds: z.number(),
  unseenSeconds: z.number(),
});
export type Saved = z.infer<typeof savedSchema>;

/** IEEE 1366 over a span: minutes and counts of one site, or the means over several. */
export const reliabilitySchema = z.object({
  saidiMinutes: z.number(),
  saifi: z.number(),
  /** Undefined where nothing sustained happened. */
  caidiMinutes: z.number().optional(),
  /** Of momentary interruptions. */
  maifi: z.number(),
});
export type Reliability = z.infer<typeof reliabilitySchema>;

/** Interruptions of a span, told for donors and by the indices of IEEE 1366. */
export const outageSummarySchema = z.object({
  saved: z.array(savedSchema),
  all: reliabilitySchema,
  sites: z.array(reliabilitySchema.extend({ site: idSchema })),
});
export type OutageSummary = z.infer<typeof outageSummarySchema>;
