import { describe, expect, it } from 'vitest';
import { scannerStateSchema, scannerTransition } from '../../../src/contract/scanner-state.ts';

const states = scannerStateSchema.options;

/** The table of the domain, written out. */
const planned = `off>standby off>maintenance standby>warming_up standby>off standby>maintenance
  warming_up>ready warming_up>standby ready>scanning ready>cooldown scanning>ready
  cooldown>standby cooldown>warming_up fault>standby fault>maintenance emergency_stop>standby
  emergency_stop>maintenance maintenance>standby maintenance>off`.split(/\s+/);

describe('a change of the scanner’s state', () => {
  it('is planned exactly where the table says so', () => {
    const found = states.flatMap((from) =>
      states.filter((to) => scannerTransition(from, to) === 'planned').map((to) => `${from}>${to}`),
    );
    expect(found.toSorted()).toEqual(planned.toSorted());
  });

  it.each(states.filter((state) => state !== 'emergency_stop'))(
    'from %s to an emergency stop is one',
    (from) => expect(scannerTransition(from, 'emergency_stop')).toBe('emergency_stop'),
  );

  it.each(['warming_up', 'ready', 'scanning', 'cooldown', 'fault', 'emergency_stop'] as const)(
    'from %s to off is an uncontrolled loss of power',
    (from) => expect(scannerTransition(from, 'off')).toBe('uncontrolled'),
  );

  it.each(['standby', 'warming_up', 'ready', 'scanning', 'cooldown', 'maintenance'] as const)(
    'from %s to a fault is one',
    (from) => expect(scannerTransition(from, 'fault')).toBe('fault'),
  );

  it.each([
    ['off', 'fault'],
    ['emergency_stop', 'fault'],
    ['off', 'scanning'],
    ['standby', 'scanning'],
    ['emergency_stop', 'ready'],
    ['maintenance', 'ready'],
  ] as const)('from %s to %s is none that can be', (from, to) => {
    expect(scannerTransition(from, to)).toBe('invalid');
  });

  it.each(states)('from %s to itself is no change', (state) => {
    expect(scannerTransition(state, state)).toBe('invalid');
  });
});
