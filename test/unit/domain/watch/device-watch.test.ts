import { describe, expect, it } from 'vitest';
import { foresee } from '../../../../src/domain/watch/device-watch.ts';
import { recallWatch, rememberedOf, shiftWatch } from '../../../../src/domain/watch/remembered.ts';
import { Watched } from '../../../support/watched.ts';

describe('the input of a supply', () => {
  it.each([
    [{ 'mains.present': true }, 'mains', 'returned_to_mains'],
    [{ 'mains.present': false }, 'lost', 'on_battery'],
    [{ 'mains.voltage': 230 }, 'unknown', 'returned_to_mains'],
  ])('with %j is %s', (metrics, input, inputReason) => {
    expect(new Watched('power').say(metrics).watch).toMatchObject({ input, inputReason });
  });

  it('keeps its date while it stays', () => {
    const supply = new Watched('power').say({ 'mains.present': false }).pass(10);
    supply.say({ 'mains.present': false });
    expect(supply.inputSince).toBe(0);
  });
});

describe('transitions of the input', () => {
  it('are counted between mains and loss, and forgotten after ten minutes', () => {
    const supply = new Watched('power').say({ 'mains.present': true });
    for (const present of [false, true, false]) supply.pass(10).say({ 'mains.present': present });
    expect(supply.watch.flips.at).toHaveLength(3);
    supply.pass(580);
    expect(supply.watch.flips.at).toHaveLength(2);
    supply.pass(20);
    expect(supply.watch.flips.at).toHaveLength(0);
  });

  it('are not made of words that say nothing', () => {
    const ups = new Watched('ups').say('OL').say('WAIT').say('OL').say('OB').say('WAIT').say('OB');
    expect(ups.watch.flips.at).toHaveLength(1);
  });

  it('are kept in bounds', () => {
    const supply = new Watched('power');
    for (let i = 0; i < 200; i += 1) supply.say({ 'mains.present': i % 2 === 0 });
    expect(supply.watch.flips.at).toHaveLength(64);
  });
});

describe('what is remembered over a restart', () => {
  const restarted = (watched: Watched) => {
    const json = JSON.stringify(rememberedOf(watched.watch));
    const next = new Watched(watched.kind);
    next.watch = recallWatch(watched.kind, JSON.parse(json));
    next.now = watched.now;
    return next;
  };

  it('keeps a loss and its begin', () => {
    const watched = restarted(new Watched('ups').say('OL').pass(5).say('OB').pass(5));
    expect(watched.watch).toMatchObject({ input: 'lost', hasBeenHeard: true, isSilent: false });
    watched.pass(1).say('OB');
    expect(watched.inputSince).toBe(5);
  });

  it('examines a return anew, and goes on to watch one that was believed', () => {
    const held = new Watched('ups').say('OB').pass(5);
    held.say({ 'ups.status': 'OL', 'input.voltage': 0 });
    expect(restarted(held).watch.ups).toMatchObject({
      lostSince: held.now - 5000,
      claim: undefined,
    });
    const believed = new Watched('ups').say('OB').pass(5);
    believed.say({ 'ups.status': 'OL', 'battery.charge': 80 });
    const next = restarted(believed).pass(1);
    next.say({ 'ups.status': 'OL', 'battery.charge': 78 });
    expect(next.watch.input).toBe('lost');
    expect(next.inputSince).toBe(0);
  });

  it('keeps a test’s begin, transitions and a scanner’s state', () => {
    const test = restarted(new Watched('ups').say('OL').pass(5).say('OB CAL'));
    expect(test.watch.ups?.testSince).toBe(test.now);
    const supply = new Watched('power').say({ 'mains.present': true }).pass(5);
    expect(restarted(supply.say({ 'mains.present': false })).watch.flips).toEqual(
      supply.watch.flips,
    );
    const scanner = restarted(new Watched('scanner').say({ state: 'ready' }));
    expect(scanner.say({ state: 'off' }).watch.scanner?.isHotLoss).toBe(true);
  });

  it('makes do with what is not there', () => {
    expect(recallWatch('ups', {})).toMatchObject({ input: 'unknown', isSilent: true });
  });

  it('takes it for silent on battery when it is not heard again', () => {
    const watched = restarted(new Watched('ups').say('OL').pass(5).say('OB').pass(5));
    expect(watched.pass(5).watch.isSilentOnBattery).toBe(true);
  });
});

it('foresees what a message would change, and changes nothing', () => {
  const watched = new Watched('ups').say('OL').pass(5);
  const values = { 'ups.status': 'OB' };
  const around = { ...watched.around(), values };
  expect(foresee(watched.watch, around, values)).toMatchObject({ input: 'lost' });
  expect(watched.watch.input).toBe('mains');
});

describe('our own clock, set by an hour', () => {
  const HOUR = 3_600_000;
  const set = (watched: Watched, ms: number) => {
    watched.now += ms;
    shiftWatch(watched.watch, ms, watched.now);
    return watched;
  };

  it.each([HOUR, -HOUR])('lengthens and shortens nothing: %d', (ms) => {
    const off = set(new Watched('ups').say('OL OFF').go(20, 'OL OFF'), ms);
    expect(off.go(5, 'OL OFF').watch.ups?.isOff).toBe(false);
    expect(off.go(5, 'OL OFF').watch.ups?.isOff).toBe(true);
    const test = set(new Watched('ups').say('OB CAL').go(9000, 'OB CAL'), ms);
    expect(test.go(1800, 'OB CAL').watch.input).toBe('test');
    expect(test.go(5, 'OB CAL').watch.input).toBe('lost');
    const warming = set(new Watched('scanner').say({ state: 'warming_up' }).pass(5), ms);
    expect(warming.say({ state: 'warming_up' }).watch.scanner?.warmupSeconds).toBe(5);
  });

  it('moves a loss, its return and the transitions along', () => {
    const watched = new Watched('ups').say('OL').pass(5).say('OB').pass(5);
    set(watched.say({ 'ups.status': 'OL', 'battery.charge': 80 }), HOUR);
    expect(watched.watch.flips.at).toEqual([watched.now - 5000, watched.now]);
    expect(watched.inputSince).toBe(3610);
    watched.pass(5).say({ 'ups.status': 'OL', 'battery.charge': 78 });
    expect(watched.inputSince).toBe(3605);
    const plain = set(new Watched('ups').say('OB').pass(5).say('OL').pass(20), HOUR);
    expect(plain.watch).toMatchObject({ silentSince: plain.now - 20_000 });
    expect(plain.watch.ups?.claim?.claimedAt).toBe(plain.now - 20_000);
    expect(set(new Watched('power').say({}), HOUR).watch.input).toBe('unknown');
  });
});
