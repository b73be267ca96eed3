import { signal } from '@preact/signals';
import type { Alarm } from '../../../src/contract/alarm.ts';
import { session } from './access/session.ts';
import { sendAcknowledge } from './feed/connection.ts';
import { shiftDialog, shiftName } from './shift.ts';

/** What became of this page's last attempt at one occurrence of an alarm. */
export type Attempt = { version: number } & (
  | { kind: 'pending' }
  | { kind: 'refused'; code: string; by?: string; at?: number }
  | { kind: 'unanswered' }
);

export const attempts = signal<ReadonlyMap<string, Attempt>>(new Map());

export function attemptKey(alarm: Pick<Alarm, 'id' | 'occurrence'>): string {
  return `${alarm.id}#${alarm.occurrence}`;
}

/** Pending until the feed shows a newer version: the feed is the only truth. */
export function isPending(alarm: Alarm, attempt: Attempt | undefined): boolean {
  return attempt?.kind === 'pending' && attempt.version === alarm.version;
}

function note(key: string, attempt: Attempt): void {
  attempts.value = new Map(attempts.peek()).set(key, attempt);
}

/** `crypto.randomUUID` exists in secure contexts only; the page may be served without TLS on loopback. */
function newCommandId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function send(alarm: Alarm, actor: string | undefined): Promise<void> {
  const key = attemptKey(alarm);
  const { version } = alarm;
  note(key, { kind: 'pending', version });
  try {
    const answer = await sendAcknowledge({
      commandId: newCommandId(),
      alarmId: alarm.id,
      occurrence: alarm.occurrence,
      version,
      ...(actor === undefined ? {} : { actor }),
    });
    if (answer.ok) return;
    const { code, by, at } = answer;
    note(key, {
      kind: 'refused',
      version,
      code,
      ...(by === undefined ? {} : { by }),
      ...(at === undefined ? {} : { at }),
    });
  } catch {
    note(key, { kind: 'unanswered', version });
  }
}

/** Forgets what this page has tried: somebody else may sit here next. */
export function clearAttempts(): void {
  attempts.value = new Map();
}

/** Acknowledges as who is signed in; without accounts in the shift's name, which is asked for first. */
export function acknowledge(alarm: Alarm): void {
  if (session.peek()?.mode === 'accounts') {
    void send(alarm, undefined);
    return;
  }
  if (shiftName.peek() === '') {
    shiftDialog.value = { onNamed: () => void send(alarm, shiftName.peek()) };
    return;
  }
  void send(alarm, shiftName.peek());
}
