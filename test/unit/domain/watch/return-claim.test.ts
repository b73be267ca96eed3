import { describe, expect, it } from 'vitest';
import { Watched } from '../../../support/watched.ts';

const FULL = { 'battery.charge': 80 };

/** A UPS that has been on battery for a minute. */
function lost(options = {}): Watched {
  const metrics = { 'ups.status': 'OB', 'input.voltage': 0, ...FULL };
  return new Watched('ups', options).say('OL').pass(5).say(metrics).go(60, metrics);
}

/** Lost since this second. */
const SINCE = 5;
const HELD = { input: 'lost', inputReason: 'on_battery' };

describe('a return to mains', () => {
  it('is believed where nothing contradicts it', () => {
    const watched = lost().say({ 'ups.status': 'OL', 'input.voltage': 229, ...FULL });
    expect(watched.watch.input).toBe('mains');
    expect(watched.inputSince).toBe(65);
  });

  it('is believed without any voltage: that of the outage is past', () => {
    expect(lost().say('OL').watch.input).toBe('mains');
  });

  it.each([0, 114])('is not believed with %d V at the input', (volts) => {
    const watched = lost().say({ 'ups.status': 'OL', 'input.voltage': volts });
    expect(watched.watch).toMatchObject(HELD);
    expect(watched.inputSince).toBe(SINCE);
    watched.go(600, { 'ups.status': 'OL', 'input.voltage': volts });
    expect(watched.watch).toMatchObject(HELD);
    watched.say({ 'ups.status': 'OL', 'input.voltage': 230 });
    expect(watched.watch.input).toBe('mains');
  });

  it('is taken back by a dead input that is told later', () => {
    const watched = lost().say('OL');
    expect(watched.watch.input).toBe('mains');
    watched.pass(5).say({ 'ups.status': 'OL', 'input.voltage': 3 });
    expect(watched.watch).toMatchObject(HELD);
    expect(watched.inputSince).toBe(SINCE);
  });

  it('gives way to a word of loss', () => {
    const watched = lost().say({ 'ups.status': 'OL', 'input.voltage': 0 }).pass(5).say('OB');
    expect(watched.watch).toMatchObject(HELD);
    expect(watched.watch.ups?.claim).toBeUndefined();
    expect(watched.inputSince).toBe(SINCE);
  });
});

describe('charge that falls after a return', () => {
  const say = (watched: Watched, charge: number) =>
    watched.say({ 'ups.status': 'OL', 'battery.charge': charge });

  it('takes it back at once by two points, dated from the first loss', () => {
    const watched = say(lost(), 80);
    expect(watched.watch.input).toBe('mains');
    say(watched.pass(5), 78);
    expect(watched.watch).toMatchObject(HELD);
    expect(watched.inputSince).toBe(SINCE);
  });

  it('takes it back by one point over 20 s, and by four falls in a row over 30 s', () => {
    const one = say(lost(), 80);
    say(one.pass(10), 79);
    expect(one.watch.input).toBe('mains');
    expect(one.pass(10).watch.input).toBe('lost');
    const four = say(lost(), 80);
    for (const charge of [79.9, 79.8, 79.7, 79.6]) say(four.pass(5), charge);
    expect(four.watch.input).toBe('mains');
    expect(say(four.pass(10), 79.5).watch.input).toBe('lost');
  });

  it('is none that stays, or rises', () => {
    const steady = say(lost(), 80);
    steady.go(700, { 'ups.status': 'OL', 'battery.charge': 80 });
    expect(steady.watch.input).toBe('mains');
    expect(steady.watch.ups?.claim).toBeUndefined();
    const rising = say(lost(), 80);
    say(rising.pass(5), 79.5);
    for (const charge of [80, 80.5, 81]) say(rising.pass(30), charge);
    expect(rising.watch.input).toBe('mains');
    expect(rising.watch.ups?.claim).toBeUndefined();
  });

  it('contradicts no more when it has stayed for two minutes: the return counts from its word', () => {
    const watched = say(lost(), 80);
    say(watched.pass(5), 77);
    expect(watched.watch.input).toBe('lost');
    watched.go(115, { 'ups.status': 'OL', 'battery.charge': 77 });
    expect(watched.watch.input).toBe('lost');
    watched.go(10, { 'ups.status': 'OL', 'battery.charge': 77 });
    expect(watched.watch.input).toBe('mains');
    expect(watched.inputSince).toBe(65);
  });

  it('is a test’s where one begins meanwhile', () => {
    const watched = say(lost(), 80).pass(5).say({ 'ups.status': 'OB CAL', 'input.voltage': 230 });
    expect(watched.watch.input).toBe('test');
    expect(watched.watch.ups?.claim).toBeUndefined();
  });
});

describe('siblings on the same feed', () => {
  const onBattery = () => new Watched('ups').say('OB');
  const meter = (metrics: Record<string, boolean | string>) => new Watched('power').say(metrics);

  function claimBeside(...siblings: Watched[]): Watched {
    const watched = lost();
    watched.siblings.push(watched, ...siblings);
    return watched.say('OL');
  }

  it('hold back a return that they do not see', () => {
    const watched = claimBeside(onBattery());
    expect(watched.watch).toMatchObject(HELD);
    expect(watched.watch.ups?.claim?.contradiction).toBe('siblings');
  });

  it.each([
    ['a silent one', () => onBattery().pass(30)],
    ['one under test', () => new Watched('ups').say('OB CAL')],
    ['one on mains', () => new Watched('ups').say('OL')],
    ['one that knows nothing', () => new Watched('ups').say('WAIT')],
    ['a scanner', () => new Watched('scanner').say({ state: 'ready' })],
  ])('are not %s', (_name, sibling) => {
    expect(claimBeside(sibling()).watch.input).toBe('mains');
  });

  it.each([
    [{ 'mains.present': true }, 'mains'],
    [{ 'mains.present': false, 'ats.position': 'generator', 'generator.state': 'run' }, 'mains'],
    [{ 'mains.present': false, 'ats.position': 'generator', 'generator.state': 'off' }, 'lost'],
    [{ 'mains.present': false }, 'lost'],
  ])('are overruled by a meter that says %j: %s', (metrics, input) => {
    expect(claimBeside(onBattery(), meter(metrics)).watch.input).toBe(input);
  });

  it('are not overruled by a silent meter', () => {
    const silent = meter({ 'mains.present': true }).pass(30);
    expect(claimBeside(onBattery(), silent).watch.input).toBe('lost');
  });

  it('do not wait for each other when they return together', () => {
    const one = lost();
    const other = lost();
    one.siblings.push(other);
    other.siblings.push(one);
    one.say('OL');
    expect(one.watch.input).toBe('lost');
    other.pass(2).say('OL');
    expect(other.watch.input).toBe('mains');
    one.pass(2);
    expect(one.watch.input).toBe('mains');
    expect(one.inputSince).toBe(65);
  });

  it('count as lost where their own return is contradicted by their input', () => {
    const dead = lost().say({ 'ups.status': 'OL', 'input.voltage': 0 });
    expect(claimBeside(dead).watch.input).toBe('lost');
  });

  it('are outvoted by more that have returned', () => {
    const watched = claimBeside(onBattery(), new Watched('ups').say('OL'));
    expect(watched.watch.input).toBe('mains');
  });

  it('hold nothing back that is charged again', () => {
    const watched = claimBeside(onBattery());
    watched.say({ 'ups.status': 'OL', 'battery.charge': 80 });
    expect(watched.watch.input).toBe('lost');
    watched.pass(5).say({ 'ups.status': 'OL', 'battery.charge': 81 });
    expect(watched.watch.input).toBe('mains');
  });

  it('hold nothing back for ever', () => {
    const watched = claimBeside(onBattery());
    watched.go(1799, 'OL');
    expect(watched.watch.input).toBe('lost');
    watched.go(5, 'OL');
    expect(watched.watch.input).toBe('mains');
  });
});
