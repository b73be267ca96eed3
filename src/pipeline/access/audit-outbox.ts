import type { Logger } from 'pino';
import type { AccountStore } from '../../access-port.ts';
import type { AccessEvent } from '../../contract/account.ts';

/**
 * Moves what happened to accounts into the journal's audit, oldest first. An event leaves the accounts' file once it is
 * in the audit: after a crash in between it comes again, and the audit drops what it has.
 */
export function createAuditOutbox(options: {
  store: Pick<AccountStore, 'events' | 'settleEvents'>;
  /** Resolves when they are on disk. */
  audit(events: readonly AccessEvent[]): Promise<void>;
  log: Logger;
}) {
  const { store, audit, log } = options;
  let running: Promise<void> | undefined;
  let isWanted = false;
  const empty = async () => {
    for (let rows = await store.events(); rows.length > 0; rows = await store.events()) {
      await audit(rows.map(({ event }) => event));
      await store.settleEvents(rows.at(-1)?.seq ?? 0);
    }
  };
  const run = async () => {
    while (isWanted) {
      isWanted = false;
      try {
        await empty();
      } catch (error) {
        log.error({ err: error }, 'access: what happened is not in the audit yet');
        return;
      }
    }
  };
  return {
    /** Resolves when all that was there is moved, or could not be. */
    move(): Promise<void> {
      isWanted = true;
      running ??= run().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}
