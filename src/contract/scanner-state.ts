import { z } from 'zod';

/** Operating state of a cargo scanner. Missing telemetry is freshness, not a state. */
export const scannerStateSchema = z.enum([
  'off',
  'standby',
  'warming_up',
  'ready',
  'scanning',
  'cooldown',
  'fault',
  'emergency_stop',
  'maintenance',
]);
export type ScannerState = z.infer<typeof scannerStateSchema>;

const planned: Record<ScannerState, readonly ScannerState[]> = {
  off: ['standby', 'maintenance'],
  standby: ['warming_up', 'off', 'maintenance'],
  warming_up: ['ready', 'standby'],
  ready: ['scanning', 'cooldown'],
  scanning: ['ready'],
  cooldown: ['standby', 'warming_up'],
  fault: ['standby', 'maintenance'],
  emergency_stop: ['standby', 'maintenance'],
  maintenance: ['standby', 'off'],
};

/** How a change of state is to be read: as planned work, a protective stop, or a loss of power. */
export type ScannerTransition = 'planned' | 'fault' | 'emergency_stop' | 'uncontrolled' | 'invalid';

/**
 * Classifies a change of state. Any powered state may go to `fault` (save an emergency stop), any to
 * `emergency_stop`; a fall to `off` outside the planned ways is an uncontrolled loss of power.
 */
export function scannerTransition(from: ScannerState, to: ScannerState): ScannerTransition {
  if (planned[from].includes(to)) return 'planned';
  if (to === 'emergency_stop' && from !== to) return 'emergency_stop';
  if (to === 'off' && from !== to) return 'uncontrolled';
  if (to === 'fault' && from !== 'off' && from !== 'emergency_stop' && from !== to) return 'fault';
  return 'invalid';
}
