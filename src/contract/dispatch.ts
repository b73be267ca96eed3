import { z } from 'zod';
import { idSchema } from './kind.ts';

/** How a generator suits a site: it does, or has too little power, or no plug that fits. */
export const fitSchema = z.enum(['yes', 'power', 'connector']);
export type Fit = z.infer<typeof fitSchema>;

/**
 * One site as a target of one mobile generator: when it could be there and connected, and how much of
 * the runtime margin would then be left.
 */
export const dispatchSchema = z.object({
  generator: idSchema,
  site: idSchema,
  /** 1 is where it goes first. */
  rank: z.int().min(1),
  /** Chosen for this generator where several are sent at once. */
  isAssigned: z.boolean(),
  /** When the generator is there, not connected yet (ms since 1970 UTC). */
  arrivesAt: z.number(),
  travelSeconds: z.number(),
  connectionSeconds: z.number(),
  /** Forecast less safe shutdown, travel and connection; below 0 it comes too late. */
  marginAtArrivalSeconds: z.number(),
  isReachableInTime: z.boolean(),
  fits: fitSchema,
});
export type Dispatch = z.infer<typeof dispatchSchema>;
