import { z } from 'zod';
import { idSchema } from './kind.ts';

/**
 * One site as a target of one mobile generator: when it could be there and connected, and how much of
 * the runtime margin would then be left.
 */
export const dispatchSchema = z.object({
  generator: idSchema,
  site: idSchema,
  /** When the generator is there, not connected yet (ms since 1970 UTC). */
  arrivesAt: z.number(),
  travelSeconds: z.number(),
  connectionSeconds: z.number(),
  /** Forecast less travel and connection; absent where there is no forecast. */
  marginAtArrivalSeconds: z.number().optional(),
  isReachableInTime: z.boolean(),
  /** What does not fit, where something does not. */
  fits: z.enum(['yes', 'power', 'connector']),
  /** Why it stands where it does in the ranking, by name. */
  reason: z.string(),
});
export type Dispatch = z.infer<typeof dispatchSchema>;
