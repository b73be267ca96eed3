import { describe, expect, it } from 'vitest';
import { loadKwOf, saneRuntime, type UpsReading } from '../../../../src/domain/runtime/reading.ts';

const reading: UpsReading = { ts: 0, input: 'lost', isLow: false, isOff: false };

describe('the runtime that a UPS says', () => {
  it.each([
    [-1, 50],
    [-60, 50],
    [65_535, 50],
    [65_535 * 60, 50],
    [172_801, 50],
    [0, 50],
    [0, undefined],
    [Number.NaN, 50],
    [undefined, 50],
  ])('is no value where it says %s s at %s %%', (runtime, charge) => {
    const said = { ...reading, ...(runtime !== undefined && { runtime }) };
    expect(saneRuntime({ ...said, ...(charge !== undefined && { charge }) })).toBeUndefined();
  });

  it('is taken where it can be meant, and so is 0 of an empty battery', () => {
    expect(saneRuntime({ ...reading, runtime: 1800, charge: 60 })).toBe(1800);
    expect(saneRuntime({ ...reading, runtime: 0, charge: 0 })).toBe(0);
  });
});

describe('the load of a UPS', () => {
  it('is its power, else its share of the rating, else unknown', () => {
    expect(loadKwOf({ ...reading, realpowerW: 8000, loadPercent: 50 }, 36)).toBe(8);
    expect(loadKwOf({ ...reading, loadPercent: 50 }, 36)).toBe(18);
    expect(loadKwOf({ ...reading, loadPercent: 50 }, undefined)).toBeUndefined();
    expect(loadKwOf({ ...reading, loadPercent: 0 }, 36)).toBeUndefined();
    expect(loadKwOf(reading, 36)).toBeUndefined();
  });
});
