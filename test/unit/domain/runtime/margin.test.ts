import { describe, expect, it } from 'vitest';
import { runtimeSeconds } from '../../../../simulators/physics/battery.ts';
import { followRuntime } from '../../../../src/domain/runtime/follow.ts';
import { forecast } from '../../../../src/domain/runtime/forecast.ts';
import {
  type FedScanner,
  followScannerLoad,
  margin,
  type ScannerLoads,
  stopScanningGain,
} from '../../../../src/domain/runtime/margin.ts';
import { newRuntimeMemory } from '../../../../src/domain/runtime/memory.ts';
import type { UpsReading } from '../../../../src/domain/runtime/reading.ts';

const START = Date.UTC(2026, 0, 1);
const rated = { kW: 36, capacityAh: 65, blocks: 32 };
const scanning: FedScanner = { state: 'scanning', isMobile: false, loads: {} };

function at(kW: number, said: Partial<UpsReading> = {}, ratings: object = rated) {
  const memory = newRuntimeMemory();
  const reading = { ts: START, input: 'mains', charge: 100, isLow: false, isOff: false } as const;
  followRuntime(memory, { ...reading, realpowerW: 1000 * kW, ...said }, ratings);
  return memory;
}

it('the margin is what is left beyond runtime.low and the safe shutdown', () => {
  const parts = { runtimeLowSeconds: 120, safeShutdownSeconds: 480 };
  expect(margin({ runtimeSeconds: 1800, ...parts })).toBe(1200);
  expect(margin({ runtimeSeconds: 500, ...parts })).toBe(-100);
});

describe('what is gained where scanning stops now', () => {
  it('is what the battery lasts longer under the lighter load', () => {
    const battery = { ...rated, ratedKw: 36, stateOfHealth: 0.8, temperatureC: 20 };
    const truth = runtimeSeconds(1, 9, battery) / runtimeSeconds(1, 24, battery);
    const memory = at(24);
    const before = forecast(memory, START)?.runtimeSeconds ?? 0;
    const gain = stopScanningGain(memory, [scanning], START) ?? 0;
    expect((before + gain) / before / truth).toBeGreaterThan(0.85);
    expect((before + gain) / before / truth).toBeLessThan(1.15);
  });

  it('is 0 where nothing scans, and unknown where nothing is known', () => {
    expect(stopScanningGain(at(9), [{ ...scanning, state: 'standby' }], START)).toBe(0);
    expect(stopScanningGain(at(9), [], START)).toBe(0);
    expect(stopScanningGain(newRuntimeMemory(), [scanning], START)).toBeUndefined();
  });

  it('is by Peukert where the ratings are unknown, and never by more than there is to stop', () => {
    const memory = at(16, { runtime: 1250 }, {});
    const mobile: FedScanner = { ...scanning, isMobile: true, kW: 13 };
    expect(stopScanningGain(memory, [mobile], START)).toBeCloseTo(1000 * (2 ** 1.2 - 1), 6);
    const many = Array.from({ length: 9 }, () => mobile);
    expect(stopScanningGain(memory, many, START)).toBeCloseTo(1000 * (20 ** 1.2 - 1), 6);
    const light: FedScanner = { ...scanning, kW: 2 };
    expect(stopScanningGain(memory, [light], START)).toBe(0);
  });

  it('is nothing once the load has dropped', () => {
    const off = at(24, { input: 'lost', isOff: true });
    expect(stopScanningGain(off, [scanning], START)).toBe(0);
  });

  it('takes what a scanner was seen to draw by its state', () => {
    const loads: ScannerLoads = {};
    followScannerLoad(loads, 'cooldown', 4);
    followScannerLoad(loads, 'standby', 3);
    followScannerLoad(loads, 'standby', 5);
    followScannerLoad(loads, 'standby', Number.NaN);
    expect(loads).toEqual({ cooldown: 4, standby: 3.1 });
    const [usual, seen] = [scanning, { ...scanning, loads }].map(
      (scanner) => stopScanningGain(at(24), [scanner], START) ?? 0,
    );
    expect(seen).toBeGreaterThan(usual ?? 0);
  });
});
