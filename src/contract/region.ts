import { z } from 'zod';
import { freshnessSchema, powerSourceSchema } from './device.ts';

/** A region with the worst power source and freshness of its sites. */
export const regionSchema = z.object({
  id: z.string(),
  power: powerSourceSchema,
  freshness: freshnessSchema,
  sites: z.int(),
  /** Those whose mains is lost. */
  sitesOut: z.int(),
});
export type Region = z.infer<typeof regionSchema>;
