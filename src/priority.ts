import { constants, getPriority, setPriority } from 'node:os';

/**
 * Alarms first: on a machine that it shares with the broker and the database the monitor gets its turn
 * before them, where the system allows that (root, CAP_SYS_NICE or RLIMIT_NICE). A priority that
 * somebody chose is left alone. Threads that are made later inherit it.
 */
export function raisePriority(): void {
  try {
    if (getPriority() === constants.priority.PRIORITY_NORMAL)
      setPriority(constants.priority.PRIORITY_ABOVE_NORMAL);
  } catch {
    // Not allowed: it takes its turn with the others.
  }
}
