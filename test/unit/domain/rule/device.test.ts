import { describe, expect, it } from 'vitest';
import { alarmCodeSchema } from '../../../../src/contract/alarm.ts';
import { rulesOf } from '../../../../src/domain/alarm/rule.ts';
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
