import { describe, expect, it } from 'vitest';
import {
  deviceFreshness,
  intervalSecondsOf,
  newDeviceState,
  noteSeen,
  takeValues,
  viewDevice,
} from '../../../src/domain/device-state.ts';
import { START, sampleOf, statusAt } from '../../support/sample.ts';

describe('a new device', () => {
  it('has no values, was never seen and has an unknown power source', () => {
    const state = newDeviceState('krakivets', 'ups-1', 'ups');
    expect(state.values).toEqual({});
    expect(state.power).toBe('unknown');
    expect(viewDevice(state, { power: state.power, now: START })).toEqual({
      site: 'krakivets',
      id: 'ups-1',
      kind: 'ups',
      registered: false,
      name: 'ups-1',
      freshness: 'offline',
      intervalSeconds: 10,
      metrics: {},
      power: 'unknown',
    });
  });

  it('has no power source of its own when it is a scanner', () => {
    expect(newDeviceState('krakivets', 'scanner-1', 'scanner').power).toBeUndefined();
  });
});

describe('signs of life', () => {
  it('teach the interval where none is configured', () => {
    const state = newDeviceState('krakivets', 'ups-1', 'ups');
    for (const at of [0, 7000, 14_000]) noteSeen(state, START + at);
    expect(intervalSecondsOf(state)).toBe(7);
    expect(state.lastSeen).toBe(START + 14_000);
  });

  it('leave a configured interval as it is', () => {
    const state = newDeviceState('krakivets', 'ups-1', 'ups', { kind: 'ups', interval: 5 });
    for (const at of [0, 7000, 14_000]) noteSeen(state, START + at);
    expect(intervalSecondsOf(state)).toBe(5);
  });

  it('never move the last one back', () => {
    const state = newDeviceState('krakivets', 'ups-1', 'ups');
    noteSeen(state, START);
    noteSeen(state, START - 1000);
    noteSeen(state, START);
    expect(state.lastSeen).toBe(START);
    expect(state.gaps).toEqual([]);
  });

  it('end what a last will said', () => {
    const state = newDeviceState('krakivets', 'ups-1', 'ups');
    noteSeen(state, START);
    state.isGone = true;
    expect(deviceFreshness(state, START)).toBe('offline');
    noteSeen(state, START + 1);
    expect(deviceFreshness(state, START + 1)).toBe('live');
  });
});

describe('values', () => {
  it('replace those of the same metric, keep the others, and tell a change of power', () => {
    const state = newDeviceState('krakivets', 'ups-1', 'ups');
    const first = sampleOf({ metrics: { 'ups.status': 'OL', 'battery.charge': 98 } });
    expect(takeValues(state, first)).toBe(true);
    expect(takeValues(state, statusAt(START + 1, 'OL CHRG'))).toBe(false);
    expect(takeValues(state, statusAt(START + 2, 'OB', { quality: 'uncertain' }))).toBe(true);
    expect(state.power).toBe('battery');
    expect(viewDevice(state, { power: state.power, now: START }).metrics).toEqual({
      'ups.status': { value: 'OB', ts: START + 2, quality: 'uncertain' },
      'battery.charge': { value: 98, ts: START, quality: 'good' },
    });
  });
});

describe('the view of a device', () => {
  it('shows what is configured and what is known', () => {
    const state = newDeviceState('krakivets', 'scanner-1', 'scanner', {
      kind: 'scanner',
      interval: 5,
      mobile: true,
      poweredBy: ['ups-1'],
    });
    noteSeen(state, START);
    takeValues(state, sampleOf({ kind: 'scanner', metrics: { state: 'ready' } }));
    expect(viewDevice(state, { power: 'battery', now: START })).toEqual({
      site: 'krakivets',
      id: 'scanner-1',
      kind: 'scanner',
      registered: true,
      isMobile: true,
      name: 'scanner-1',
      freshness: 'live',
      lastSeen: START,
      intervalSeconds: 5,
      power: 'battery',
      metrics: { state: { value: 'ready', ts: START, quality: 'good' } },
      feeds: ['ups-1'],
    });
  });

  it('keeps the power source while stale and calls it unknown when offline', () => {
    const state = newDeviceState('krakivets', 'ups-1', 'ups', { kind: 'ups', interval: 5 });
    noteSeen(state, START);
    expect(viewDevice(state, { power: 'mains', now: START + 24_000 })).toMatchObject({
      freshness: 'stale',
      power: 'mains',
    });
    expect(viewDevice(state, { power: 'mains', now: START + 25_000 })).toMatchObject({
      freshness: 'offline',
      power: 'unknown',
    });
  });

  it('says nothing of power where nothing is known of its feeds', () => {
    const state = newDeviceState('krakivets', 'scanner-1', 'scanner');
    expect(viewDevice(state, { power: undefined, now: START })).not.toHaveProperty('power');
  });
});
