import { describe, expect, it } from 'vitest';
import { applyFrame, applySnapshot, EMPTY_FEED } from '../../../dashboards/web/src/feed/apply.ts';
import { alarm, device, site, snapshot, T0 } from './sample.ts';

const started = applySnapshot(EMPTY_FEED, snapshot());

describe('a snapshot', () => {
  it('is everything that the page knows', () => {
    expect(started.epoch).toBe('first');
    expect(started.seqs).toEqual({ '*': 10 });
    expect([...started.sites.keys()]).toEqual(['a', 'b']);
    expect([...started.devices.keys()]).toEqual(['a/ups-1', 'b/ups-1']);
    expect([...started.alarms.keys()]).toEqual(['a.ups-1.UPS_ON_BATTERY']);
  });

  it('drops what is no longer there', () => {
    const next = applySnapshot(started, snapshot({ seq: 11, sites: [site('b')], alarms: [] }));
    expect([...next.sites.keys()]).toEqual(['b']);
    expect(next.alarms.size).toBe(0);
  });

  it('that is older than what is known changes nothing', () => {
    expect(applySnapshot(started, snapshot({ seq: 9, sites: [] }))).toBe(started);
  });

  it('of a new epoch replaces everything, whatever its seq', () => {
    const next = applySnapshot(started, snapshot({ epoch: 'second', seq: 0, sites: [] }));
    expect(next.epoch).toBe('second');
    expect(next.seqs).toEqual({ '*': 0 });
    expect(next.sites.size).toBe(0);
  });

  it('of one site leaves the others alone', () => {
    const next = applySnapshot(
      started,
      snapshot({ room: 'a', seq: 3, sites: [site('a')], devices: [], alarms: [] }),
    );
    expect(next.seqs).toEqual({ '*': 10, a: 3 });
    expect([...next.devices.keys()]).toEqual(['b/ups-1']);
    expect(next.alarms.size).toBe(0);
  });
});

describe('a frame', () => {
  const frame = { room: '*', seq: 11, serverTime: T0 };

  it('changes only what it carries', () => {
    const changed = device('a', 'ups-1', { power: 'battery' });
    const { state, outcome } = applyFrame(started, { ...frame, devices: [changed] });
    expect(outcome).toBe('applied');
    expect(state.devices.get('a/ups-1')).toBe(changed);
    expect(state.devices.get('b/ups-1')).toBe(started.devices.get('b/ups-1'));
    expect(state.sites).toBe(started.sites);
    expect(state.seqs).toEqual({ '*': 11 });
  });

  it('brings new alarms, sites and incidents', () => {
    const { state } = applyFrame(started, {
      ...frame,
      alarms: [alarm('b')],
      sites: [site('b', { power: 'battery' })],
    });
    expect(state.alarms.size).toBe(2);
    expect(state.sites.get('b')?.power).toBe('battery');
  });

  it('without content is the beat', () => {
    const { state, outcome } = applyFrame(started, frame);
    expect(outcome).toBe('applied');
    expect(state.devices).toBe(started.devices);
  });

  it('that comes twice is applied once', () => {
    const once = applyFrame(started, { ...frame, alarms: [alarm('b')] }).state;
    expect(applyFrame(once, { ...frame, alarms: [] })).toEqual({
      state: once,
      outcome: 'duplicate',
    });
  });

  it('after a gap is not applied', () => {
    const late = { ...frame, seq: 12, alarms: [alarm('b')] };
    expect(applyFrame(started, late)).toEqual({ state: started, outcome: 'gap' });
  });

  it('of a room without a snapshot is a gap', () => {
    expect(applyFrame(EMPTY_FEED, frame).outcome).toBe('gap');
    expect(applyFrame(started, { ...frame, room: 'a' }).outcome).toBe('gap');
  });
});
