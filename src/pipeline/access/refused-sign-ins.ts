import type { AccessEvent } from '../../contract/account.ts';
import { accessEvent, NOBODY_NAME } from './event.ts';

/** What the audit calls all names that nobody has: a password may have been typed there. */
const UNKNOWN_NAME = 'unknown';

/** Counts refused sign-ins, so that any number of them is a row of the audit an account and minute. */
export function createRefusedSignIns() {
  const counts = new Map<string, { count: number; address: string; at: number }>();
  return {
    /** `account` is one that exists; undefined otherwise. */
    note(account: string | undefined, { address, now }: { address: string; now: number }): void {
      const subject = account ?? UNKNOWN_NAME;
      const count = (counts.get(subject)?.count ?? 0) + 1;
      counts.set(subject, { count, address, at: now });
    },
    /** Those since the last time; the address is that of the last one. */
    take(): AccessEvent[] {
      const events = [...counts].map(([subject, { count, address, at }]) =>
        accessEvent('sign_in_refused', {
          at,
          subject,
          actor: NOBODY_NAME,
          address,
          detail: `${count}`,
        }),
      );
      counts.clear();
      return events;
    },
  };
}
export type RefusedSignIns = ReturnType<typeof createRefusedSignIns>;
