import { describe, expect, it } from 'vitest';
import type { AlarmCode } from '../../../../src/contract/alarm.ts';
import type { MetricValue } from '../../../../src/contract/metric.ts';
import { active, inactive, truthOf, unknown } from '../../../support/conditions.ts';
import { Watched } from '../../../support/watched.ts';

const RATED = { heaterHours: 10_000, chillerSetpoint: 28, flow: 20 };
const PLACE = { lat: 49.96, lon: 23.12 };
const scanner = () => new Watched('scanner', { config: { rated: RATED }, place: PLACE });
const within = inactive('within_limits');
const released = inactive('emergency_stop_released');
const ended = inactive('condition_ended');
const above = (value: number, limit: number) => active('above_limit', { value, limit });
const below = (value: number, limit: number) => active('below_limit', { value, limit });

describe.each<[AlarmCode, Record<string, MetricValue>, boolean, object]>([
  ['SC_ESTOP', { estop: true }, false, active('emergency_stop')],
  ['SC_ESTOP', { state: 'emergency_stop', estop: false }, false, active('emergency_stop')],
  ['SC_ESTOP', { estop: false }, true, released],
  ['SC_ESTOP', { state: 'ready' }, true, released],
  ['SC_ESTOP', {}, true, unknown],
  ['SC_DOSE', { 'dose.boundary': 2.6 }, false, above(2.6, 2.5)],
  ['SC_DOSE', { 'dose.boundary': 2.4 }, true, above(2.4, 2.5)],
  ['SC_DOSE', { 'dose.boundary': 2.2 }, true, within],
  ['SC_DOSE', {}, true, unknown],
  [
    'SC_INTERLOCK',
    { interlocks: 1, 'beam.on': true },
    false,
    active('interlock_under_beam', { value: 1 }),
  ],
  [
    'SC_INTERLOCK',
    { interlocks: 2 ** 31, 'beam.on': true },
    false,
    active('interlock_under_beam', { value: 2 ** 31 }),
  ],
  ['SC_INTERLOCK', { interlocks: 1 }, true, inactive('interlock_closed')],
  ['SC_INTERLOCK', {}, true, unknown],
  ['SC_CHILLER', { 'chiller.temp': 34, 'chiller.setpoint': 28 }, false, above(34, 33)],
  ['SC_CHILLER', { 'chiller.temp': 34 }, false, above(34, 33)],
  ['SC_CHILLER', { 'chiller.temp': 32 }, true, above(32, 33)],
  ['SC_CHILLER', { 'chiller.temp': 32 }, false, within],
  ['SC_CHILLER', { 'chiller.setpoint': 28 }, true, unknown],
  ['SC_FLOW', { state: 'ready', 'chiller.flow': 13.9 }, false, below(69.5, 70)],
  ['SC_FLOW', { state: 'scanning', 'chiller.flow': 14.5 }, true, below(72.5, 70)],
  ['SC_FLOW', { state: 'ready', 'chiller.flow': 14.5 }, false, within],
  ['SC_FLOW', { state: 'ready' }, false, unknown],
  ['SC_FLOW', { state: 'off', 'chiller.flow': 0 }, true, ended],
  ['SC_FLOW', { 'chiller.flow': 0 }, false, unknown],
  ['SC_VACUUM', { 'linac.ion_pump': 51 }, false, above(51, 50)],
  ['SC_VACUUM', { 'linac.ion_pump': 44 }, true, within],
  ['SC_VACUUM', {}, true, unknown],
  ['SC_DETECTOR', { 'detector.ok': 97.9 }, false, below(97.9, 98)],
  ['SC_DETECTOR', { 'detector.ok': 98.5 }, true, within],
  ['SC_DETECTOR', {}, true, unknown],
  ['TUBE_LIFE', { 'source.heater_hours': 8010 }, false, above(80.1, 80)],
  ['TUBE_LIFE', { 'source.heater_hours': 8000 }, true, within],
  ['TUBE_LIFE', {}, true, unknown],
  ['SC_HOT_LOSS', {}, true, unknown],
  ['SC_WARMUP_LONG', {}, true, unknown],
  ['MOVED', {}, true, unknown],
])('%s with %j (standing: %s)', (code, metrics, isStanding, condition) => {
  it(`is ${JSON.stringify(condition)}`, () => {
    expect(truthOf(code, scanner().say(metrics), isStanding)).toEqual(condition);
  });

  it('is unknown in silence', () => {
    expect(truthOf(code, scanner().say(metrics).pass(20), isStanding)).toEqual(unknown);
  });
});

it('knows no share of what is not rated', () => {
  const unrated = new Watched('scanner').say({
    state: 'ready',
    'chiller.flow': 1,
    'chiller.temp': 50,
    'source.heater_hours': 9000,
  });
  for (const code of ['SC_FLOW', 'SC_CHILLER', 'TUBE_LIFE'] as const) {
    expect(truthOf(code, unrated)).toEqual(unknown);
  }
  const nothing = new Watched('scanner', { config: { rated: { flow: 0 } } });
  nothing.say({ state: 'ready', 'chiller.flow': 1 });
  expect(truthOf('SC_FLOW', nothing)).toEqual(unknown);
});

it('tells a hot loss until the scanner is powered again', () => {
  const watched = scanner().say({ state: 'scanning' }).pass(5).say({ state: 'off' });
  expect(truthOf('SC_HOT_LOSS', watched)).toEqual(active('hot_loss'));
  expect(truthOf('SC_HOT_LOSS', watched.say({ state: 'standby' }))).toEqual(
    inactive('powered_again'),
  );
});

it('tells a warm-up that takes more than twice what is typical', () => {
  const watched = scanner().say({ state: 'cooldown' }).pass(5).say({ state: 'warming_up' });
  watched.go(600, { state: 'warming_up' });
  expect(truthOf('SC_WARMUP_LONG', watched)).toEqual(inactive('warmup_ended'));
  watched.go(5, { state: 'warming_up' });
  expect(truthOf('SC_WARMUP_LONG', watched)).toEqual(
    active('warmup_too_long', { value: 10, limit: 10 }),
  );
  expect(truthOf('SC_WARMUP_LONG', watched.say({ state: 'ready' }))).toEqual(
    inactive('warmup_ended'),
  );
});

describe('a scanner that moves', () => {
  const at = (km: number) => ({ 'gps.lat': PLACE.lat + km / 111.2, 'gps.lon': PLACE.lon });

  it('is off its site, unless it was off before it left', () => {
    const taken = scanner()
      .say({ state: 'ready', ...at(0) })
      .pass(5)
      .say(at(3));
    expect(truthOf('MOVED', taken)).toEqual(active('off_site', { value: 3, limit: 2 }));
    const driven = scanner()
      .say({ state: 'off', ...at(0) })
      .pass(5)
      .say(at(3));
    expect(truthOf('MOVED', driven)).toEqual(inactive('on_site'));
  });

  it('is back when it is nearer than the limit by the deadband', () => {
    const watched = scanner().say({ state: 'ready', ...at(1.9) });
    expect(truthOf('MOVED', watched)).toEqual(inactive('on_site'));
    expect(truthOf('MOVED', watched, true)).toMatchObject({ truth: 'active' });
    expect(truthOf('MOVED', watched.say(at(1)), true)).toEqual(inactive('on_site'));
  });
});
