import { describe, expect, it } from 'vitest';
import { newDeviceState } from '../../../src/domain/device-state.ts';
import {
  type OrderRecord,
  recall,
  recordOf,
  withAlarmSources,
} from '../../../src/domain/order-record.ts';
import { START, sampleOf } from '../../support/sample.ts';

const place = { site: 'krakivets', device: 'ups-1' };
const held = { sample: sampleOf(), values: {}, stamps: {}, since: START, ageMs: 3_600_000 };
const full: OrderRecord = {
  ...place,
  kind: 'ups',
  newestTs: START,
  newestSeq: 7,
  clock: { offsetMs: -3_600_000, sinceTs: START },
  held,
};

describe('a record', () => {
  it('brings a device to where it was', () => {
    const state = newDeviceState('krakivets', 'ups-1', 'ups');
    recall(state, full);
    expect(recordOf(state)).toEqual(full);
  });

  it('is short of what is not known, and there is none without a time', () => {
    const state = newDeviceState('krakivets', 'ups-1', 'ups');
    expect(recordOf(state)).toBeUndefined();
    state.order.newestTs = START;
    expect(recordOf(state)).toEqual({ ...place, kind: 'ups', newestTs: START });
  });
});

describe('what the journal knows of a device', () => {
  const saved = { record: full, savedAt: START + 100 };
  const source = { ...place, ts: START + 50, at: START + 200 };
  const { held: _held, newestSeq: _seq, ...rest } = full;

  it('is the newest where it came after the record', () => {
    expect(withAlarmSources([saved], [source])).toEqual([{ ...rest, newestTs: START + 50 }]);
  });

  it('is all there is where nothing was saved, the newest of several alarms', () => {
    const later = { ...source, ts: START + 60 };
    expect(withAlarmSources([], [source, later, source])).toEqual([
      { ...place, newestTs: START + 60 },
    ]);
  });

  it.each([
    { about: 'it came before the record', change: { at: START + 99 } },
    { about: 'its message was older', change: { ts: START - 1 } },
    { about: 'it is another device', change: { device: 'ups-2', ts: START - 1 } },
  ])('leaves the record as it is where $about', ({ change }) => {
    expect(withAlarmSources([saved], [{ ...source, ...change }])[0]).toEqual(full);
  });

  it('ends what was held where its message moved the alarm', () => {
    const known = withAlarmSources([saved], [{ ...source, ts: START }]);
    expect(known).toEqual([{ ...rest, newestSeq: 7 }]);
  });
});
