import { z } from 'zod';
import { idSchema } from './kind.ts';

/** How a generator suits a site: it does, or has too little power, or no plug that fits. */
export const fitSchema = z.enum(['yes', 'power', 'connector']);
export type Fit = z.infer<typeof fitSchema>;

/** One site that needs a generator, as one generator would serve it; times in ms since 1970 UTC. */
export const dispatchSchema = z.object({
  generator: idSchema,
  site: idSchema,
  /** 1 is where it goes first. */
  rank: z.int().min(1),
  /** Chosen for this generator where several are sent at once. */
  isAssigned: z.boolean(),
  travelSeconds: z.number(),
  connectionSeconds: z.number(),
  /** When it carries the site. */
  carriesAt: z.number(),
  /** What is left for a safe shutdown by then; below 0 it comes too late. */
  marginAtArrivalSeconds: z.number(),
  isInTime: z.boolean(),
  fits: fitSchema,
});
export type Dispatch = z.infer<typeof dispatchSchema>;
