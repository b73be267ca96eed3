import { describe, expect, it } from 'vitest';
import { Watched } from '../../../support/watched.ts';

const ups = (options = {}) => new Watched('ups', options);

describe('what a UPS says of its input', () => {
  it.each([
    ['OL', 'mains'],
    ['OL CHRG LB', 'mains'],
    ['OL BYPASS', 'mains'],
    ['OB DISCHRG', 'lost'],
    ['OB LB OFF', 'lost'],
    ['OL OB', 'lost'],
    ['OL CAL', 'mains'],
    ['OB CAL', 'test'],
    ['LB', 'unknown'],
    ['OFF', 'unknown'],
    ['WAIT', 'unknown'],
    ['', 'unknown'],
  ])('%j is %s', (status, input) => {
    expect(ups().say(status).watch.input).toBe(input);
  });

  it('is nothing without a status, and nothing is forgotten for it', () => {
    expect(ups().say({ 'ups.load': 3 }).watch.input).toBe('unknown');
    expect(ups().say({ 'ups.status': 7 }).watch.input).toBe('unknown');
  });

  it('dates a loss from its first word, through words that say nothing', () => {
    const watched = ups().say('OL').pass(5).say('OB').pass(5).say('WAIT');
    expect(watched.watch.input).toBe('unknown');
    watched.pass(5).say('OB');
    expect(watched.watch).toMatchObject({ input: 'lost', inputReason: 'on_battery' });
    expect(watched.inputSince).toBe(5);
  });

  it('dates the next loss anew', () => {
    const watched = ups().say('OB').pass(5).say('OL').pass(5).say('OB');
    expect(watched.inputSince).toBe(10);
  });

  it('tells when something has changed', () => {
    const watched = ups();
    expect(watched.say('OL').hasChanged).toBe(true);
    expect(watched.pass(5).say('OL').hasChanged).toBe(false);
    expect(watched.pass(5).say('OL CHRG').hasChanged).toBe(true);
    expect(watched.pass(5).say('OB').hasChanged).toBe(true);
    expect(watched.pass(1).hasChanged).toBe(false);
  });
});

describe('a calibration or self-test', () => {
  it.each([
    { 'ups.status': 'OB CAL DISCHRG', 'input.voltage': 231 },
    { 'ups.status': 'OB CAL' },
    { 'ups.status': 'OB DISCHRG', 'ups.test.result': 'In progress' },
    { 'ups.status': 'OB', 'ups.test.result': 'inProgress' },
    { 'ups.status': 'OL DISCHRG CAL', 'input.voltage': 231 },
    { 'ups.status': 'OB CAL', 'ups.test.result': 'Done and passed', 'input.voltage': 231 },
    { 'ups.status': 'OB CAL', 'input.L1-N.voltage': 231, 'input.L2-N.voltage': 228 },
    { 'ups.status': 'OB CAL', 'input.L1-N.voltage': 231, 'input.voltage.nominal': 400 },
    { 'ups.status': 'OB CAL', 'input.voltage': 120, 'input.voltage.nominal': 120 },
    { 'ups.status': 'OB CAL', 'input.voltage': 180, 'input.transfer.low': 176 },
    { 'ups.status': 'OB CAL', 'input.voltage': 231, 'input.transfer.low': 0 },
    { 'ups.status': 'OB CAL', 'input.voltage': 270, 'input.transfer.high': 276 },
  ])('runs with %j', (metrics) => {
    const { watch } = ups().say('OL').pass(5).say(metrics);
    expect(watch).toMatchObject({
      input: 'test',
      expectation: 'testing',
      isSilenceExpected: false,
    });
  });

  it.each([
    { 'ups.status': 'OB CAL', 'input.voltage': 0 },
    { 'ups.status': 'OB CAL', 'input.voltage': 150 },
    { 'ups.status': 'OB CAL', 'input.voltage': 290 },
    { 'ups.status': 'OB CAL', 'input.voltage': 20, 'input.transfer.low': 10 },
    { 'ups.status': 'OB CAL', 'input.voltage': 0, 'input.transfer.low': 0 },
    { 'ups.status': 'OB CAL', 'input.L1-N.voltage': 231, 'input.L2-N.voltage': 0 },
    { 'ups.status': 'OB CAL', 'ups.test.result': 'Done and passed' },
  ])('is a loss with %j', (metrics) => {
    const { watch } = ups().say('OL').pass(5).say(metrics);
    expect(watch).toMatchObject({ input: 'lost', inputReason: 'test_out_of_bounds' });
  });

  it('becomes a loss when it never ends', () => {
    const watched = ups().say('OL').pass(5).say('OB CAL');
    watched.go(3 * 3600, 'OB CAL');
    expect(watched.watch.input).toBe('test');
    watched.go(5, 'OB CAL');
    expect(watched.watch).toMatchObject({ input: 'lost', inputReason: 'test_out_of_bounds' });
  });

  it('has less time as a self-test', () => {
    const metrics = { 'ups.status': 'OB', 'ups.test.result': 'In progress' };
    const watched = ups().say(metrics).go(300, metrics);
    expect(watched.watch.input).toBe('test');
    expect(watched.go(5, metrics).watch.input).toBe('lost');
  });

  it('covers no outage with the name of the last test', () => {
    const watched = ups()
      .say('OL CAL')
      .go(4 * 3600, 'OL CAL');
    expect(watched.watch.input).toBe('mains');
    expect(watched.say('OB CAL').watch.input).toBe('lost');
  });

  it('does not turn a loss into a test', () => {
    const watched = ups().say('OB').pass(5).say('OB CAL');
    expect(watched.watch.input).toBe('lost');
  });

  it('ends with mains, at once', () => {
    const watched = ups().say('OB CAL').pass(60).say('OL CHRG');
    expect(watched.watch).toMatchObject({ input: 'mains', expectation: undefined });
    expect(watched.inputSince).toBe(60);
  });
});

describe('a UPS that says OL DISCHRG', () => {
  const dead = { 'ups.status': 'OL DISCHRG', 'input.voltage': 0 };
  const good = { 'ups.status': 'OL DISCHRG', 'input.voltage': 230 };
  it.each([
    ['ignore', dead, 'mains'],
    ['ignore', good, 'mains'],
    ['voltage', dead, 'lost'],
    ['voltage', good, 'mains'],
    ['voltage', { 'ups.status': 'OL DISCHRG' }, 'mains'],
    ['outage', dead, 'lost'],
    ['outage', good, 'lost'],
  ] as const)('is by the policy %s with %j %s', (dischargeOnMains, metrics, input) => {
    const watched = ups({ policy: { dischargeOnMains } }).say(metrics);
    expect(watched.watch.input).toBe(input);
    if (input === 'lost') expect(watched.watch.inputReason).toBe('discharging_on_mains');
    const other = ups({ config: { dischargeOnMains } }).say(metrics);
    expect(other.watch.input).toBe(input);
  });
});

describe('OFF', () => {
  it('counts after its delay, and no longer than it is said', () => {
    const watched = ups().say('OL OFF').go(29, 'OL OFF');
    expect(watched.watch.ups?.isOff).toBe(false);
    watched.go(1, 'OL OFF');
    expect(watched.watch.ups?.isOff).toBe(true);
    expect(watched.say('OL').watch.ups?.isOff).toBe(false);
  });
});
