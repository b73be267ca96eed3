import { describe, expect, it } from 'vitest';
import { alarmCodeSchema } from '../../../../src/contract/alarm.ts';
import { rulesOf } from '../../../../src/domain/alarm/rule.ts';
import { claimDevice } from '../../../../src/domain/watch/device-watch.ts';
import { active, inactive, truthOf, unknown } from '../../../support/conditions.ts';
import { topology } from '../../../support/sample.ts';
import { Watched } from '../../../support/watched.ts';

describe('a silent device', () => {
  it('is one that was heard before', () => {
    const watched = new Watched('ups').pass(60);
    expect(truthOf('DEV_SILENT', watched)).toEqual(unknown);
    watched.say('OL');
    expect(truthOf('DEV_SILENT', watched)).toEqual(inactive('heard_again'));
    watched.pass(15);
    expect(truthOf('DEV_SILENT', watched)).toEqual(active('silent'));
  });

  it('is expected where it was switched off properly', () => {
    const watched = new Watched('scanner').say({ state: 'standby' }).pass(5).say({ state: 'off' });
    expect(truthOf('DEV_SILENT', watched.pass(60), true)).toEqual(inactive('silence_expected'));
  });

  it('is not expected under test', () => {
    const watched = new Watched('ups').say('OL').pass(5).say('OB CAL').pass(60);
    expect(truthOf('DEV_SILENT', watched)).toEqual(active('silent'));
  });
});

describe('a device whose topic another uses', () => {
  const configured = () => new Watched('ups');
  const claimedAgo = (watched: Watched, seconds: number) => {
    claimDevice(watched.watch, watched.now);
    return watched.pass(seconds);
  };

  it('is doubtful while it is silent, or was before', () => {
    const heard = claimedAgo(configured().say('OL'), 5);
    expect(truthOf('DEV_CLAIMED', heard)).toEqual(inactive('claim_ended'));
    expect(truthOf('DEV_CLAIMED', heard, true)).toEqual(active('claimed_in_silence'));
    heard.pass(15);
    expect(truthOf('DEV_CLAIMED', heard)).toEqual(active('claimed_in_silence'));
  });

  it('is so for ten minutes, and then only while it is silent and the alarm stands', () => {
    const watched = claimedAgo(configured(), 599);
    expect(truthOf('DEV_CLAIMED', watched)).toEqual(active('claimed_in_silence'));
    watched.pass(1);
    expect(truthOf('DEV_CLAIMED', watched)).toEqual(inactive('claim_ended'));
    expect(truthOf('DEV_CLAIMED', watched, true)).toEqual(active('claimed_in_silence'));
    watched.say('OL');
    expect(truthOf('DEV_CLAIMED', watched, true)).toEqual(inactive('claim_ended'));
  });

  it('is news once', () => {
    const { watch, now } = configured();
    expect([claimDevice(watch, now), claimDevice(watch, now + 1000)]).toEqual([true, false]);
    expect(watch.claimedAt).toBe(now + 1000);
  });

  it('is nobody’s where it is not registered', () => {
    const watched = claimedAgo(configured(), 5);
    const subject = { ...watched.subject(), config: undefined };
    const rule = rulesOf(topology()).rule('DEV_CLAIMED');
    expect(rule.evaluate(subject, true)).toEqual(inactive('claim_ended'));
  });
});

describe('a clock', () => {
  it.each([
    [undefined, undefined, false, inactive('clock_right')],
    [-6000, undefined, false, active('clock_wrong', { value: 6000, limit: 5000 })],
    [undefined, 5001, false, active('clock_wrong', { value: 5001, limit: 5000 })],
    [100, -90_000, false, active('clock_wrong', { value: 90_000, limit: 5000 })],
    [4500, undefined, true, active('clock_wrong', { value: 4500, limit: 5000 })],
    [4000, undefined, true, inactive('clock_right')],
  ])(
    'found off by %s ms, and by its own word %s (standing: %s): %j',
    (found, told, is, condition) => {
      const watched = new Watched('power').say(told === undefined ? {} : { 'clock.offset': told });
      watched.watch.clockOffsetMs = found;
      expect(truthOf('CLOCK_OFF', watched, is)).toEqual(condition);
      expect(truthOf('CLOCK_OFF', watched.pass(20), is)).toEqual(unknown);
    },
  );
});

it('leaves the truth of sites and regions to their correlation', () => {
  const book = rulesOf(topology());
  const subject = new Watched('power').say({ 'mains.present': false }).subject();
  const above = alarmCodeSchema.options
    .map(book.rule)
    .filter(({ kind }) => kind === 'site' || kind === 'above');
  expect(above).toHaveLength(6);
  for (const rule of above) expect(rule.evaluate(subject, false)).toEqual(unknown);
});
