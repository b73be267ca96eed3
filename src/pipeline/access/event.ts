import type { AccessEvent } from '../../contract/account.ts';

/** What the audit calls somebody who is not signed in, and an account that nobody has. */
export const NOBODY_NAME = 'nobody';
/** What the audit calls whoever runs a command on the machine. */
export const CONSOLE_NAME = 'console';

export function accessEvent(
  type: AccessEvent['type'],
  { at, subject, actor, address, detail }: Omit<AccessEvent, 'type'>,
): AccessEvent {
  return {
    at,
    type,
    subject,
    actor,
    ...(address === undefined ? {} : { address }),
    ...(detail === undefined ? {} : { detail }),
  };
}
