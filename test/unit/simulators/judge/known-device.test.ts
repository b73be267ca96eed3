import { describe, expect, it } from 'vitest';
import { KnownDevice } from '../../../../simulators/judge/known-device.ts';
import type { Transmission } from '../../../../simulators/truth/witness.ts';

const NOW = Date.UTC(2026, 0, 16, 9);

function message(at: number, given: Partial<Transmission> = {}): Transmission {
  return {
    at,
    ts: at,
    device: 'reni/ups-1',
    kind: 'ups',
    channel: 'telemetry',
    isBackfill: false,
    state: 'mains',
    value: 230,
    isInputLost: false,
    ...given,
  };
}

function device(): KnownDevice {
  return new KnownDevice('reni/ups-1', 'ups', 5000);
}

describe('what can be known of a device', () => {
  it('follows its newest message and keeps every point', () => {
    const known = device();
    known.receive(message(NOW), NOW, true);
    known.receive(message(NOW + 5000, { state: 'battery', isInputLost: true }), NOW + 5000, true);
    expect(known.told).toBe('battery');
    expect(known.lastSeen).toBe(NOW + 5000);
    expect(known.losses).toEqual([
      { toldAt: NOW + 5000, receivedAt: NOW + 5000, from: NOW + 5000, isUnsure: false },
    ]);
    expect(known.points.ts).toEqual([NOW, NOW + 5000]);
  });

  it.each([
    ['marked as late', { isBackfill: true, ts: NOW + 1000 }],
    ['older than the newest', { ts: NOW - 1 }],
  ])('takes a message that is %s as a point alone', (_name, given) => {
    const known = device();
    known.receive(message(NOW), NOW, true);
    known.receive(
      message(NOW + 1000, { ...given, state: 'battery', isInputLost: true }),
      NOW + 1000,
      true,
    );
    expect(known).toMatchObject({ told: 'mains', lastSeen: NOW, losses: [] });
    expect(known.points.ts).toHaveLength(2);
  });

  it('waits for the end of a backlog before its newest message counts', () => {
    const known = device();
    const old = NOW - 600_000;
    known.receive(message(old, { state: 'battery', isInputLost: true }), NOW, true);
    known.receive(message(old + 5000, { state: 'mains' }), NOW + 100, true);
    known.settle(NOW + 900);
    expect(known.told).toBeUndefined();
    known.settle(NOW + 1200);
    expect(known).toMatchObject({ told: 'mains', losses: [] });
    expect(known.unsureUntil).toBeGreaterThan(NOW + 1200);
  });

  it('expects an unusable time to be stored at its receipt, which only lock-step can say', () => {
    const exact = device();
    exact.receive(message(NOW, { ts: 5000 }), NOW, true);
    exact.receive(message(NOW, { ts: NOW + 3_600_000 }), NOW + 5000, true);
    expect(exact.points.ts).toEqual([NOW, NOW + 5000]);
    const real = device();
    real.receive(message(NOW, { ts: 5000 }), NOW, false);
    expect(real).toMatchObject({ points: { ts: [] }, uncertainPoints: 1, told: 'mains' });
  });

  it('is gone by its will, and unsure about its return to normal after a silence', () => {
    const known = device();
    known.receive(message(NOW, { state: 'battery', isInputLost: true }), NOW, true);
    known.receive(message(NOW + 1000), NOW + 1000, true);
    expect(known.losses[0]).toMatchObject({ to: NOW + 1000, isUnsure: false });
    known.receive({ ...message(NOW + 2000), channel: 'state', isOnline: false }, NOW + 2000, true);
    expect(known.isGone).toBe(true);
    known.receive(message(NOW + 9000), NOW + 9000, true);
    expect(known.isGone).toBe(false);
    expect(known.losses[0]).toMatchObject({ isUnsure: true });
  });

  it('learns nothing from garbage', () => {
    const known = device();
    known.receive(
      { at: NOW, device: 'reni/ups-1', kind: 'ups', channel: 'telemetry', isBackfill: false },
      NOW,
      true,
    );
    expect(known).toMatchObject({ lastSeen: undefined, told: undefined, points: { ts: [] } });
  });
});
