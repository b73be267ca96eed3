import { describe, expect, it } from 'vitest';
import { Watched } from '../../../support/watched.ts';

const PLACE = { lat: 49.96, lon: 23.12 };
const scanner = () => new Watched('scanner', { place: PLACE, config: { mobile: true } });
const at = (km: number, fix = '3d') => ({
  'gps.lat': PLACE.lat + km / 111.2,
  'gps.lon': PLACE.lon,
  'gps.fix': fix,
});

/** Through these states, 10 s apart. */
function through(...states: string[]): Watched {
  const watched = scanner();
  for (const state of states) watched.pass(10).say({ state });
  return watched;
}

describe('a fall to off', () => {
  it.each(['warming_up', 'ready', 'scanning', 'cooldown'])('from %s is a hot loss', (state) => {
    const { watch } = through(state, 'off');
    expect(watch.scanner).toMatchObject({ isHotLoss: true, isProperlyOff: false });
    expect(watch).toMatchObject({ expectation: undefined, isSilenceExpected: false });
  });

  it.each(['standby', 'maintenance'])('from %s is a shutdown', (state) => {
    const { watch } = through(state, 'off');
    expect(watch.scanner).toMatchObject({ isHotLoss: false, isProperlyOff: true });
    expect(watch).toMatchObject({ expectation: 'off', isSilenceExpected: true });
  });

  it.each(['fault', 'emergency_stop'])('from %s is neither', (state) => {
    const { watch } = through(state, 'off');
    expect(watch.scanner).toMatchObject({ isHotLoss: false, isProperlyOff: false });
    expect(watch.expectation).toBeUndefined();
  });

  it('may be a shutdown where nobody saw it for as long as a cooldown takes', () => {
    const { watch } = through('ready').pass(300).say({ state: 'off' });
    expect(watch.scanner).toMatchObject({ isHotLoss: false, isProperlyOff: true });
  });

  it('is a shutdown where the cooldown has had its time, seen to its end or not', () => {
    const { watch } = through('cooldown')
      .go(200, { state: 'cooldown' })
      .pass(120)
      .say({ state: 'off' });
    expect(watch.scanner).toMatchObject({ isHotLoss: false, isProperlyOff: true });
  });

  it('is taken for a shutdown at first contact', () => {
    expect(through('off').watch.expectation).toBe('off');
  });

  it('ends when it is powered again', () => {
    const watched = through('ready', 'off', 'off', 'standby');
    expect(watched.watch.scanner?.isHotLoss).toBe(false);
    expect(watched.watch.expectation).toBeUndefined();
  });

  it('is not made of a state that there is not', () => {
    expect(through('ready', 'molten').watch.scanner?.state).toBe('ready');
    expect(scanner().say({ state: 7 }).watch.scanner?.state).toBeUndefined();
  });
});

it('expects silence in maintenance', () => {
  expect(through('standby', 'maintenance').watch).toMatchObject({
    expectation: 'maintenance',
    isSilenceExpected: true,
  });
});

describe('a warm-up', () => {
  it('is timed from its begin, against what is typical from cold or warm', () => {
    const cold = through('standby', 'warming_up').pass(10);
    expect(cold.watch.scanner).toMatchObject({ warmupSeconds: 10, warmupTypicalSeconds: 1200 });
    const warm = through('cooldown', 'warming_up').go(20, { state: 'warming_up' });
    expect(warm.watch.scanner).toMatchObject({ warmupSeconds: 20, warmupTypicalSeconds: 300 });
    expect(warm.say({ state: 'ready' }).watch.scanner?.warmupSeconds).toBe(0);
  });

  it('is not timed through silence', () => {
    const watched = through('standby', 'warming_up').pass(600);
    expect(watched.watch.scanner?.warmupSeconds).toBeLessThan(20);
  });
});

describe('interlocks', () => {
  const opened = (watched: Watched) => watched.watch.scanner?.openedUnderBeam;

  it('opened under beam are noted until they are closed', () => {
    const watched = scanner().say({ 'beam.on': true, interlocks: 0 });
    expect(opened(watched)).toBe(0);
    watched.say({ 'beam.on': false, interlocks: 3 });
    expect(opened(watched)).toBe(3);
    watched.say({ 'beam.on': false, interlocks: 2 });
    expect(opened(watched)).toBe(2);
    watched.say({ interlocks: 0 });
    expect(opened(watched)).toBe(0);
  });

  it('are noted with the beam still on, the vendor’s highest bit too', () => {
    const watched = scanner().say({ 'beam.on': true, interlocks: 2 ** 31 });
    expect((opened(watched) ?? 0) >>> 0).toBe(2 ** 31);
  });

  it('open without a beam are none', () => {
    const watched = scanner().say({ interlocks: 1 }).say({ 'beam.on': false, interlocks: 1 });
    expect(opened(watched)).toBe(0);
    expect(opened(scanner().say({ state: 'ready' }))).toBe(0);
  });
});

describe('a scanner’s place', () => {
  it('is known by its receiver’s fix alone', () => {
    const km = (watched: Watched) => watched.watch.scanner?.distanceKm;
    expect(km(scanner().say(at(5)))).toBeCloseTo(5, 1);
    expect(km(scanner().say(at(5, 'none')))).toBeUndefined();
    expect(km(scanner().say({ 'gps.lat': 50 }))).toBeUndefined();
    expect(km(new Watched('scanner').say(at(5)))).toBeUndefined();
  });

  it('is in transit when it was off before it left', () => {
    const watched = through('standby', 'off').say(at(0.1)).pass(10).say(at(3));
    expect(watched.watch).toMatchObject({ expectation: 'in_transit', isSilenceExpected: true });
    watched.pass(10).say(at(300));
    expect(watched.watch.expectation).toBe('in_transit');
    watched.say(at(0.5));
    expect(watched.watch).toMatchObject({ expectation: 'off' });
    expect(watched.watch.scanner?.isTransitPlanned).toBe(false);
  });

  it('is not in transit when it leaves without that, nor when it is powered elsewhere', () => {
    const taken = through('standby').say(at(0.1)).say(at(3));
    expect(taken.watch.scanner?.isTransitPlanned).toBe(false);
    const working = through('off').say(at(3)).say({ state: 'standby' });
    expect(working.watch.expectation).toBeUndefined();
    expect(working.watch.scanner?.isTransitPlanned).toBe(true);
  });
});
