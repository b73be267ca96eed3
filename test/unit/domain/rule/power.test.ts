import { describe, expect, it } from 'vitest';
import type { AlarmCode } from '../../../../src/contract/alarm.ts';
import type { Kind } from '../../../../src/contract/kind.ts';
import type { MetricValue } from '../../../../src/contract/metric.ts';
import { active, inactive, truthOf, unknown } from '../../../support/conditions.ts';
import { Watched } from '../../../support/watched.ts';

const within = inactive('within_limits');
const outside = (value: number, limit: number) => active('outside_limits', { value, limit });

describe.each<[AlarmCode, Kind, Record<string, MetricValue>, boolean, object]>([
  ['MAINS_VOLT', 'power', { 'mains.voltage': 206 }, false, outside(206, 207)],
  ['MAINS_VOLT', 'power', { 'mains.voltage': 254 }, false, outside(254, 253)],
  ['MAINS_VOLT', 'power', { 'mains.voltage': 210 }, true, outside(210, 207)],
  ['MAINS_VOLT', 'power', { 'mains.voltage': 250 }, true, outside(250, 253)],
  ['MAINS_VOLT', 'power', { 'mains.voltage': 210 }, false, within],
  ['MAINS_VOLT', 'power', { 'mains.voltage': 213 }, true, within],
  ['MAINS_VOLT', 'power', { 'mains.voltage': 0 }, true, unknown],
  ['MAINS_VOLT', 'power', { 'mains.voltage': 200, 'mains.present': false }, true, unknown],
  ['MAINS_VOLT', 'power', {}, false, unknown],
  ['MAINS_VOLT', 'ups', { 'ups.status': 'OL', 'input.voltage': 200 }, false, outside(200, 207)],
  ['MAINS_VOLT', 'ups', { 'ups.status': 'OB', 'input.voltage': 200 }, false, unknown],
  ['MAINS_FREQ', 'power', { 'mains.frequency': 49.4 }, false, outside(49.4, 49.5)],
  ['MAINS_FREQ', 'power', { 'mains.frequency': 50 }, true, within],
  ['MAINS_FREQ', 'power', { 'mains.frequency': 0 }, true, unknown],
  ['MAINS_FREQ', 'power', { 'mains.frequency': 49, 'mains.present': false }, true, unknown],
  ['MAINS_FREQ', 'power', {}, true, unknown],
  ['MAINS_FREQ', 'ups', { 'ups.status': 'OL', 'input.frequency': 51 }, false, outside(51, 50.5)],
  [
    'GEN_FUEL',
    'power',
    { 'generator.fuel': 24 },
    false,
    active('below_limit', { value: 24, limit: 25 }),
  ],
  [
    'GEN_FUEL',
    'scanner',
    { 'generator.fuel': 26 },
    true,
    active('below_limit', { value: 26, limit: 25 }),
  ],
  ['GEN_FUEL', 'power', { 'generator.fuel': 26 }, false, within],
  ['GEN_FUEL', 'power', {}, false, unknown],
  ['GEN_NOT_AUTO', 'power', { 'generator.auto': false }, false, active('generator_not_auto')],
  ['GEN_NOT_AUTO', 'scanner', { 'generator.auto': true }, true, inactive('generator_auto')],
  ['GEN_NOT_AUTO', 'power', {}, true, unknown],
])('%s of a %s with %j (standing: %s)', (code, kind, metrics, isStanding, condition) => {
  it(`is ${JSON.stringify(condition)}`, () => {
    expect(truthOf(code, new Watched(kind).say(metrics), isStanding)).toEqual(condition);
  });

  it('is unknown in silence', () => {
    expect(truthOf(code, new Watched(kind).say(metrics).pass(20), isStanding)).toEqual(unknown);
  });
});

describe('a generator that does not start', () => {
  const lost = { 'mains.present': false };
  it.each([
    [{ ...lost, 'generator.state': 'off' }, active('generator_not_started')],
    [{ ...lost, 'generator.state': 'fail' }, active('generator_not_started')],
    [
      { ...lost, 'generator.state': 'run', 'ats.position': 'mains' },
      active('generator_not_started'),
    ],
    [
      { ...lost, 'generator.state': 'run', 'ats.position': 'generator' },
      inactive('generator_runs'),
    ],
    [{ ...lost, 'generator.state': 'run' }, inactive('generator_runs')],
    [{ 'mains.present': true, 'generator.state': 'off' }, inactive('returned_to_mains')],
    [{ 'generator.state': 'off' }, unknown],
    [lost, unknown],
  ])('is told by %j: %j', (metrics, condition) => {
    expect(truthOf('GEN_START_FAIL', new Watched('power').say(metrics))).toEqual(condition);
  });
});

describe('a flapping mains', () => {
  const flip = (times: number) => {
    const supply = new Watched('power').say({ 'mains.present': true });
    for (let i = 0; i < times; i += 1) supply.pass(1).say({ 'mains.present': i % 2 === 1 });
    return supply;
  };

  it('has four transitions in ten minutes, and stays so until none is left', () => {
    expect(truthOf('MAINS_FLAP', flip(3))).toEqual(inactive('steady'));
    const supply = flip(4);
    expect(truthOf('MAINS_FLAP', supply)).toEqual(active('flapping', { value: 4, limit: 4 }));
    supply.go(598, { 'mains.present': true });
    expect(truthOf('MAINS_FLAP', supply, true)).toMatchObject({ truth: 'active' });
    supply.go(5, { 'mains.present': true });
    expect(truthOf('MAINS_FLAP', supply, true)).toEqual(inactive('steady'));
  });

  it('is not steady for being silent', () => {
    expect(truthOf('MAINS_FLAP', flip(4).pass(900), true)).toEqual(unknown);
  });
});
