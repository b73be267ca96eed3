import { z } from 'zod';

/** What the monitor depends on. */
export const dependencySchema = z.enum(['broker', 'store', 'spool', 'journal', 'accounts']);
export type Dependency = z.infer<typeof dependencySchema>;

/** Stable words for probes and pages; docs/operations.md says of each what to do. */
export const readinessStateSchema = z.enum([
  'ok',
  'connecting',
  'unreachable',
  'refused',
  'not_durable',
  'stopped',
  'overloaded',
  'unauthorized',
  'database_missing',
  'retention_policy_missing',
  'limit_reached',
  'refusing',
  'field_type_conflict',
  'points_refused',
  'points_expired',
  'full',
  'too_old',
  'disk_full',
  'read_only',
  'failing',
  'set_aside',
  'unreadable',
]);
export type ReadinessState = z.infer<typeof readinessStateSchema>;

/** `isReady` is false while the dependency does not do its work; a state other than `ok` may need a person all the same. */
export const readinessSchema = z.object({
  isReady: z.boolean(),
  state: readinessStateSchema,
  detail: z.string().optional(),
});
export type Readiness = z.infer<typeof readinessSchema>;
