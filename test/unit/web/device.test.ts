import { describe, expect, it } from 'vitest';
import { decodeDevice } from '../../../dashboards/web/src/device/decode-device.ts';
import { mergeDevice } from '../../../dashboards/web/src/device/merge-device.ts';
import { plotColumns } from '../../../dashboards/web/src/device/plot.ts';
import { device, T0 } from './sample.ts';

function bucket(second: number, value: number) {
  const ts = new Date(T0 + second * 1000).toISOString();
  return { ts, min: value - 1, mean: value, max: value + 1, last: value };
}

describe('a fetched device', () => {
  it('has its times as the live feed has them', () => {
    const at = new Date(T0).toISOString();
    const decoded = decodeDevice({
      ...device('a', 'ups-1'),
      lastSeen: at,
      metrics: { 'ups.load': { value: 42, ts: at, quality: 'good' } },
    });
    expect(decoded.lastSeen).toBe(T0);
    expect(decoded.metrics['ups.load']).toEqual({ value: 42, ts: T0, quality: 'good' });
  });

  it('has the times of what is worked out of it, too', () => {
    const at = new Date(T0).toISOString();
    const wire = { ...device('a', 'ups-1'), beginShutdownBy: at };
    const health = { percent: 91, measuredAt: at, discharges: 4 };
    expect(decodeDevice({ ...wire, batteryHealth: health })).toMatchObject({
      beginShutdownBy: T0,
      batteryHealth: { percent: 91, measuredAt: T0, discharges: 4 },
    });
    const worn = decodeDevice({ ...wire, batteryHealth: { ...health, replaceAt: at } });
    expect(worn.batteryHealth?.replaceAt).toBe(T0);
  });

  it('keeps nothing of what the newer word no longer says', () => {
    const before = device('a', 'scanner-1', { kind: 'scanner', beginShutdownBy: T0 + 60_000 });
    const after = device('a', 'scanner-1', { kind: 'scanner', lastSeen: T0 + 1 });
    expect(mergeDevice(before, after)).not.toHaveProperty('beginShutdownBy');
  });

  it('gives way to newer values of the live feed, metric by metric', () => {
    const older = { value: 1, ts: T0, quality: 'good' } as const;
    const newer = { value: 2, ts: T0 + 1, quality: 'good' } as const;
    const merged = mergeDevice(
      device('a', 'ups-1', { metrics: { one: older, two: newer, three: older } }),
      device('a', 'ups-1', {
        power: 'battery',
        lastSeen: T0 + 1,
        metrics: { one: newer, two: older },
      }),
    );
    expect(merged?.power).toBe('battery');
    expect(merged?.metrics).toEqual({ one: newer, two: newer, three: older });
  });

  it('stands alone where the live feed does not know it', () => {
    const fetched = device('a', 'ups-1');
    expect(mergeDevice(fetched, undefined)).toBe(fetched);
  });
});

describe('a trend', () => {
  it('has a column each for time, lowest, mean and highest', () => {
    expect(plotColumns([bucket(0, 5), bucket(10, 6)])).toEqual({
      times: [T0 / 1000, T0 / 1000 + 10],
      min: [4, 5],
      mean: [5, 6],
      max: [6, 7],
    });
  });

  it('breaks its line where telemetry is missing', () => {
    const { mean } = plotColumns([0, 10, 20, 30, 100, 110].map((second) => bucket(second, 1)));
    expect(mean).toEqual([1, 1, 1, 1, null, 1, 1]);
  });

  it('of nothing is empty', () => {
    expect(plotColumns([]).times).toEqual([]);
  });
});
