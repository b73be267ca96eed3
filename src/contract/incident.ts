import { z } from 'zod';

/** Grouped alarms with one cause, an owner and a timeline. */
export const incidentSchema = z.object({
  id: z.string(),
  class: z.enum(['device', 'site', 'region', 'wide_area', 'comms', 'site_dark', 'platform']),
  cause: z.enum(['announced', 'emergency', 'special_emergency', 'local', 'unknown']),
  state: z.enum(['open', 'taken', 'resolved']),
  sites: z.array(z.string()),
  devices: z.array(z.string()),
  parentId: z.string().optional(),
  recurrenceOf: z.string().optional(),
  openedAt: z.number(),
  takenBy: z.string().optional(),
  resolvedAt: z.number().optional(),
  worstMarginSeconds: z.number().optional(),
});
export type Incident = z.infer<typeof incidentSchema>;
