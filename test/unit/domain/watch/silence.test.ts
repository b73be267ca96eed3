import { describe, expect, it } from 'vitest';
import { Watched } from '../../../support/watched.ts';

const ups = (options = {}) => new Watched('ups', options);

describe('silence', () => {
  it('is three missed intervals, from the last word', () => {
    const watched = ups().say('OL').pass(14);
    expect(watched.watch).toMatchObject({ isSilent: false, silentSince: undefined });
    const { now } = watched;
    watched.pass(1);
    expect(watched.hasChanged).toBe(true);
    expect(watched.watch).toMatchObject({ isSilent: true, silentSince: now - 14_000 });
    watched.say('OL');
    expect(watched.watch).toMatchObject({ isSilent: false, silentSince: undefined });
  });

  it('is that of a device that was never heard', () => {
    const watched = ups().pass(1);
    expect(watched.watch).toMatchObject({ isSilent: true, hasBeenHeard: false });
    expect(watched.pass(60).watch.isSilentOnBattery).toBe(false);
  });

  it('changes no verdict on the input, and lets no return be believed', () => {
    const watched = ups().say('OL').pass(5).say('OB').pass(5);
    const sibling = ups().say('OB');
    watched.siblings.push(sibling);
    watched.say('OL').pass(3600);
    expect(watched.watch.input).toBe('lost');
  });
});

describe('a UPS that falls silent', () => {
  it.each([
    ['OB', true],
    ['OB CAL', true],
    ['OFF', true],
    ['ALARM', true],
    ['OL', false],
    ['OL BYPASS', false],
    ['WAIT', false],
  ])('after %j is taken for one on battery: %s', (status, isSilentOnBattery) => {
    const watched = ups().say(status).pass(14);
    expect(watched.watch.isSilentOnBattery).toBe(false);
    watched.pass(1);
    expect(watched.watch.isSilentOnBattery).toBe(isSilentOnBattery);
    expect(watched.say(status).watch.isSilentOnBattery).toBe(false);
  });

  it('after words that said nothing more of a loss is so too', () => {
    expect(ups().say('OB').pass(5).say('WAIT').pass(20).watch.isSilentOnBattery).toBe(true);
  });

  it('is given the grace time where that is longer than three intervals', () => {
    const watched = ups({ policy: { commsGrace: 30 } })
      .say('OB')
      .pass(29);
    expect(watched.watch).toMatchObject({ isSilent: true, isSilentOnBattery: false });
    expect(watched.pass(1).watch.isSilentOnBattery).toBe(true);
  });

  it('is no matter of scanners and supplies', () => {
    const supply = new Watched('power').say({ 'mains.present': false }).pass(60);
    expect(supply.watch).toMatchObject({ input: 'lost', isSilent: true, isSilentOnBattery: false });
  });
});
