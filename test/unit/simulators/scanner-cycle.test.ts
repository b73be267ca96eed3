import { describe, expect, it } from 'vitest';
import { ScannerCycle, type ScannerOrder } from '../../../simulators/devices/scanner-cycle.ts';
import { createRandom } from '../../../simulators/random.ts';
import { type ScannerState, scannerTransition } from '../../../src/contract/scanner-state.ts';

interface Leg {
  minutes: number;
  isOnBattery?: boolean;
  isPowered?: boolean;
  order?: ScannerOrder;
}

/** The states that a scanner goes through, each once per stay, and the kinds of change between them. */
function drive(state: ScannerState, legs: readonly Leg[], isMobile = false) {
  const cycle = new ScannerCycle({ isMobile, random: createRandom(7, state), state });
  const states: ScannerState[] = [state];
  const kinds = new Set<string>();
  for (const { minutes, isOnBattery = false, isPowered = true, order } of legs) {
    cycle.order = order;
    for (let second = 0; second < minutes * 60; second++) {
      const before = cycle.state;
      cycle.step({ dtSeconds: 1, hourOfDay: 10, isOnBattery, isPowered });
      if (cycle.state === before) continue;
      kinds.add(scannerTransition(before, cycle.state));
      states.push(cycle.state);
    }
  }
  return { states, kinds, scanCount: cycle.scanCount };
}

describe('scanner cycle', () => {
  it('scans on mains and only ever changes state as planned', () => {
    const { states, kinds, scanCount } = drive('ready', [{ minutes: 24 * 60 }]);
    expect([...kinds]).toEqual(['planned']);
    expect(states).toContain('scanning');
    expect(scanCount).toBeGreaterThan(50);
  });

  it.each(['standby', 'warming_up', 'ready', 'scanning', 'cooldown'] as const)(
    'switches off safely from %s when the mains stays away',
    (state) => {
      const { states, kinds } = drive(state, [{ minutes: 12, isOnBattery: true }]);
      expect([...kinds]).toEqual(['planned']);
      expect(states.at(-1)).toBe('off');
      expect(states.slice(1)).not.toContain('scanning');
    },
  );

  it('cools down before it stands by', () => {
    const { states } = drive('scanning', [{ minutes: 12, isOnBattery: true }]);
    expect(states).toEqual(['scanning', 'ready', 'cooldown', 'standby', 'off']);
  });

  it('is safe within 8 minutes of a cut in ready, a mobile one within 10', () => {
    const outcome = (minutes: number, isMobile: boolean) =>
      drive('ready', [{ minutes, isOnBattery: true }], isMobile).states.at(-1);
    expect(outcome(8.1, false)).toBe('off');
    expect(outcome(8.1, true)).toBe('standby');
    expect(outcome(10.1, true)).toBe('off');
  });

  it('boots and warms up again when the mains is back', () => {
    const { states, kinds } = drive('ready', [
      { minutes: 12, isOnBattery: true },
      { minutes: 120 },
    ]);
    expect([...kinds]).toEqual(['planned']);
    expect(states.slice(0, 7)).toEqual([
      'ready',
      'cooldown',
      'standby',
      'off',
      'standby',
      'warming_up',
      'ready',
    ]);
  });

  it('falls to off uncontrolled when its supply dies', () => {
    const { states, kinds } = drive('ready', [{ minutes: 1, isOnBattery: true, isPowered: false }]);
    expect(states).toEqual(['ready', 'off']);
    expect([...kinds]).toEqual(['uncontrolled']);
  });

  it.each([
    ['fault', ['ready', 'fault', 'standby']],
    ['emergency_stop', ['ready', 'emergency_stop', 'standby']],
  ] as const)('stays in %s until a person resets it', (order, expected) => {
    const { states, kinds } = drive('ready', [{ minutes: 5, order }, { minutes: 0.05 }]);
    expect(states.slice(0, 3)).toEqual(expected);
    expect(kinds).toEqual(new Set([order, 'planned']));
  });

  it('is maintained only when it has cooled down, and parked only when it is off', () => {
    const maintained = drive('ready', [{ minutes: 15, order: 'maintenance' }]);
    expect(maintained.states).toEqual(['ready', 'cooldown', 'standby', 'maintenance']);
    const parked = drive('ready', [{ minutes: 60, order: 'park' }], true);
    expect(parked.states).toEqual(['ready', 'cooldown', 'standby', 'off']);
    expect([...maintained.kinds, ...parked.kinds]).toEqual(['planned', 'planned']);
  });
});
