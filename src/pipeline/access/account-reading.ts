import type { Logger } from 'pino';
import type { Readiness } from '../../contract/readiness.ts';
import type { Directory } from './directory.ts';

/** How often it is tried to read accounts that could not be read (ms). */
export const RETRY_MS = 10_000;

/** Reads the accounts at the start. As long as they cannot be read nobody is let in, and all else goes on. */
export function createAccountReading({ directory, log }: { directory: Directory; log: Logger }) {
  let failure: string | undefined;
  const attempt = async () => {
    try {
      await directory.load();
      if (failure !== undefined) log.info('accounts: can be read again');
    } catch (error) {
      if (failure === undefined)
        log.error({ err: error }, 'accounts: cannot be read: nobody is let in');
      failure = error instanceof Error ? error.message : String(error);
    }
  };
  return {
    attempt,
    retry: async () => {
      if (!directory.isLoaded) await attempt();
    },
    readiness: (): Readiness =>
      directory.isLoaded
        ? { isReady: true, state: 'ok' }
        : { isReady: false, state: 'unreadable', detail: failure ?? 'not read yet' },
  };
}
