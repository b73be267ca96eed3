import type { Platform } from '../../contract/live.ts';
import type { Readiness } from '../../contract/readiness.ts';

/** Without the details, which are for whoever runs the monitor: `/readyz` has them. */
export function platformOf(readiness: Readonly<Record<string, Readiness>>): Platform {
  return Object.fromEntries(
    Object.entries(readiness).map(([name, { isReady, state }]) => [name, { isReady, state }]),
  );
}
