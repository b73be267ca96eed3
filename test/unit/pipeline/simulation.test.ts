import { describe, expect, it } from 'vitest';
import { SimulatedClock, Simulation } from '../../../src/pipeline/simulation.ts';
import type { Decoded } from '../../../src/ports.ts';

const T0 = Date.UTC(2026, 0, 16, 9);
const nothing: Decoded = { rejects: [] };

function setUp() {
  const clock = new SimulatedClock();
  const log: string[] = [];
  let finish = () => {};
  const simulation = new Simulation({
    clock,
    ingest: {
      watch: () => {},
      accept: () =>
        new Promise<void>((resolve) => {
          finish = () => {
            log.push('input is durable');
            resolve();
          };
        }),
    },
    desk: { settled: async () => void log.push('journal is settled') },
    everySecond: (now) => log.push(`second ${(now - T0) / 1000} at ${(clock.now() - T0) / 1000}`),
  });
  return { clock, log, simulation, finish: () => finish() };
}

describe('time in simulation', () => {
  it('begins where the simulator says, and carries out every second on the way', async () => {
    const { clock, log, simulation } = setUp();
    await simulation.advance(T0);
    await simulation.advance(T0 + 2500);
    await simulation.advance(T0 + 3000);
    expect(clock.now()).toBe(T0 + 3000);
    expect(log).toEqual([
      'second 0 at 0',
      'journal is settled',
      'second 1 at 1',
      'second 2 at 2',
      'journal is settled',
      'second 3 at 3',
      'journal is settled',
    ]);
  });

  it('waits for the input that came before', async () => {
    const { clock, log, simulation, finish } = setUp();
    await simulation.advance(T0);
    const accepted = simulation.accept(nothing);
    const advanced = simulation.advance(T0 + 1000);
    await Promise.resolve();
    expect(clock.now()).toBe(T0);
    finish();
    await Promise.all([accepted, advanced]);
    expect(log.slice(2)).toEqual(['input is durable', 'second 1 at 1', 'journal is settled']);
  });

  it('never goes back', async () => {
    const { clock, simulation } = setUp();
    await simulation.advance(T0 + 5000);
    await simulation.advance(T0);
    expect(clock.now()).toBe(T0 + 5000);
  });

  it('goes on after input that could not be made durable, which its sender is told', async () => {
    const clock = new SimulatedClock();
    const simulation = new Simulation({
      clock,
      ingest: { watch: () => {}, accept: () => Promise.reject(new Error('disk full')) },
      desk: { settled: async () => {} },
      everySecond: () => {},
    });
    await expect(simulation.accept(nothing)).rejects.toThrow('disk full');
    await simulation.advance(T0);
    expect(clock.now()).toBe(T0);
  });
});
