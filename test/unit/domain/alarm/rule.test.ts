import { describe, expect, it } from 'vitest';
import { type AlarmCode, alarmCodeSchema } from '../../../../src/contract/alarm.ts';
import { type Topology, topologySchema } from '../../../../src/contract/config.ts';
import { rulesOf } from '../../../../src/domain/alarm/rule.ts';
import type { Rule } from '../../../../src/domain/alarm/rule-shape.ts';
import { Watched } from '../../../support/watched.ts';

const NAME = { uk: 'А', en: 'A' };

function fleet(text: Record<string, unknown> = {}): Topology {
  return topologySchema.parse(text);
}

const codes = (rules: readonly Rule[]) => rules.map(({ code }) => code).toSorted();
const find = (rules: readonly Rule[], code: AlarmCode) => rules.find((rule) => rule.code === code);

describe('the rules of a fleet', () => {
  it('are one for each alarm that there is', () => {
    const book = rulesOf(fleet());
    for (const code of alarmCodeSchema.options) expect(book.rule(code).code).toBe(code);
  });

  it.each([
    ['UPS_ON_BATTERY', 'ups', 'major', 0, 60],
    ['UPS_CRITICAL', 'ups', 'critical', 0, 60],
    ['UPS_MARGIN_LOW', 'ups', 'major', 10, 60],
    ['SHUTDOWN_NOW', 'ups', 'critical', 0, 60],
    ['UPS_OVERLOAD', 'ups', 'major', 10, 10],
    ['UPS_BYPASS', 'ups', 'major', 60, 10],
    ['UPS_FAULT', 'ups', 'critical', 0, 10],
    ['UPS_CHARGER', 'ups', 'major', 600, 60],
    ['BATT_TEMP', 'ups', 'minor', 300, 60],
    ['BATT_REPLACE', 'ups', 'minor', 300, 300],
    ['MAINS_VOLT', 'ups', 'warning', 60, 60],
    ['MAINS_FREQ', 'ups', 'warning', 10, 60],
    ['MAINS_FLAP', 'ups', 'major', 0, 0],
    ['GEN_START_FAIL', 'power', 'critical', 60, 10],
    ['GEN_FUEL', 'power', 'major', 60, 60],
    ['GEN_NOT_AUTO', 'power', 'major', 300, 10],
    ['SC_ESTOP', 'scanner', 'critical', 0, 0],
    ['SC_INTERLOCK', 'scanner', 'major', 0, 0],
    ['SC_DOSE', 'scanner', 'critical', 2, 10],
    ['SC_HOT_LOSS', 'scanner', 'critical', 0, 0],
    ['SC_CHILLER', 'scanner', 'major', 30, 30],
    ['SC_FLOW', 'scanner', 'critical', 5, 10],
    ['SC_VACUUM', 'scanner', 'major', 10, 30],
    ['SC_DETECTOR', 'scanner', 'minor', 300, 60],
    ['SC_WARMUP_LONG', 'scanner', 'minor', 0, 0],
    ['TUBE_LIFE', 'scanner', 'warning', 60, 60],
    ['DEV_SILENT', 'ups', 'major', 0, 10],
    ['DEV_CLAIMED', 'ups', 'major', 0, 10],
    ['CLOCK_OFF', 'ups', 'minor', 300, 60],
    ['MOVED', 'scanner', 'warning', 300, 60],
    ['SITE_OUTAGE', 'site', 'major', 0, 0],
    ['SITE_DARK', 'site', 'critical', 60, 10],
    ['COMMS_LOSS', 'site', 'major', 60, 10],
    ['PLATFORM_FAULT', 'above', 'critical', 30, 30],
    ['REGIONAL_OUTAGE', 'above', 'critical', 0, 0],
    ['WIDE_AREA_OUTAGE', 'above', 'critical', 0, 0],
  ] as const)('%s is of a %s, %s, after %d s and for %d s', (code, kind, severity, on, off) => {
    expect(rulesOf(fleet()).rule(code)).toMatchObject({
      kind,
      severity,
      onDelayMs: on * 1000,
      offDelayMs: off * 1000,
    });
  });

  it('latch a flapping mains alone, and let nobody shelve radiation and its guards', () => {
    const rules = alarmCodeSchema.options.map(rulesOf(fleet()).rule);
    expect(codes(rules.filter(({ isLatched }) => isLatched))).toEqual(['MAINS_FLAP']);
    expect(codes(rules.filter(({ isShelvable }) => !isShelvable))).toEqual([
      'SC_DOSE',
      'SC_ESTOP',
      'SC_INTERLOCK',
    ]);
    expect(codes(rules.filter(({ reAlarmMs }) => reAlarmMs === 1_800_000))).toEqual([
      'GEN_START_FAIL',
      'SITE_DARK',
    ]);
  });
});

describe('the rules of a device', () => {
  const devices = {
    metered: { kind: 'ups', feed: 'main' },
    other: { kind: 'ups', feed: 'spare' },
    nowhere: { kind: 'ups' },
    meter: { kind: 'power', feed: 'main' },
  };
  const sites = { a: { name: NAME, feeds: { main: {}, spare: {} }, devices } };
  const book = rulesOf(fleet({ sites }));

  it('are those of its kind', () => {
    expect(book.of('x', 'y', 'scanner').every(({ kind }) => kind === 'scanner')).toBe(true);
    expect(codes(book.of('x', 'y', 'power'))).toEqual([
      'CLOCK_OFF',
      'DEV_CLAIMED',
      'DEV_SILENT',
      'GEN_FUEL',
      'GEN_NOT_AUTO',
      'GEN_START_FAIL',
      'MAINS_FLAP',
      'MAINS_FREQ',
      'MAINS_VOLT',
    ]);
  });

  it('leave the mains to the meter of its feed', () => {
    const hasMains = (device: string) =>
      find(book.of('a', device, 'ups'), 'MAINS_FLAP') !== undefined;
    expect(['metered', 'other', 'nowhere'].map(hasMains)).toEqual([false, true, false]);
  });

  it('are the same array for all where nothing is tuned', () => {
    expect(book.of('a', 'other', 'ups')).toBe(book.of('b', 'any', 'ups'));
    expect(book.of('a', 'metered', 'ups')).toBe(book.of('a', 'metered', 'ups'));
    expect(book.of('a', 'stranger', 'scanner')).toBe(book.of('b', 'stranger', 'scanner'));
  });

  it('are found for one that is called as objects’ own things are', () => {
    expect(book.of('constructor', 'toString', 'ups').length).toBeGreaterThan(0);
    expect(book.tuned('UPS_CRITICAL', 'constructor', 'toString')).toBeDefined();
  });
});

describe('tuning', () => {
  const tuned = rulesOf(
    fleet({
      thresholds: {
        onBatteryOffDelay: '2m',
        rules: { UPS_OVERLOAD: { limit: 110, onDelay: '20s' }, SITE_DARK: { onDelay: '90s' } },
        kinds: { ups: { UPS_OVERLOAD: { onDelay: '30s', severity: 'minor' } } },
      },
      sites: {
        a: {
          name: NAME,
          thresholds: { UPS_OVERLOAD: { severity: 'critical' }, SITE_DARK: { offDelay: '5s' } },
          devices: {
            one: { kind: 'ups', thresholds: { UPS_OVERLOAD: { limit: 90 } } },
            two: { kind: 'ups' },
            quiet: { kind: 'ups', thresholds: { UPS_OVERLOAD: { enabled: false } } },
          },
        },
        b: { name: NAME, thresholds: { COMMS_LOSS: { enabled: false } }, devices: {} },
      },
    }),
  );
  const overload = (device: string, site = 'a') =>
    find(tuned.of(site, device, 'ups'), 'UPS_OVERLOAD');

  it('goes from the general to the particular', () => {
    expect(overload('x', 'c')).toMatchObject({ onDelayMs: 30_000, severity: 'minor' });
    expect(overload('two')).toMatchObject({ onDelayMs: 30_000, severity: 'critical' });
    expect(tuned.tuned('UPS_OVERLOAD', 'a', 'one')).toMatchObject({ severity: 'critical' });
    expect(tuned.tuned('UPS_OVERLOAD')).toMatchObject({ severity: 'minor' });
    expect(tuned.rule('UPS_OVERLOAD')).toMatchObject({ severity: 'minor' });
  });

  it('moves the limits and their deadband', () => {
    const book = rulesOf(
      fleet({ thresholds: { rules: { MAINS_VOLT: { low: 200, high: 260, deadband: 2 } } } }),
    );
    const volts = (value: number, isStanding = false) => {
      const meter = new Watched('power').say({ 'mains.voltage': value });
      return meter.condition(book.tuned('MAINS_VOLT'), isStanding)?.truth;
    };
    expect([201, 259].map((value) => volts(value))).toEqual(['inactive', 'inactive']);
    expect([199, 261].map((value) => volts(value))).toEqual(['active', 'active']);
    expect([201, 203].map((value) => volts(value, true))).toEqual(['active', 'inactive']);
  });

  it('takes an alarm away where it is not wanted', () => {
    expect(overload('quiet')).toBeUndefined();
    expect(tuned.tuned('UPS_OVERLOAD', 'a', 'quiet')).toBeUndefined();
    expect(tuned.tuned('COMMS_LOSS', 'b')).toBeUndefined();
    expect(tuned.tuned('COMMS_LOSS', 'a')).toBeDefined();
  });

  it('is of a site’s own alarms too', () => {
    expect(tuned.tuned('SITE_DARK', 'a')).toMatchObject({ onDelayMs: 90_000, offDelayMs: 5000 });
    expect(tuned.tuned('SITE_DARK', 'a')).toBe(tuned.tuned('SITE_DARK', 'a'));
    expect(tuned.rule('SITE_DARK')).toMatchObject({ onDelayMs: 90_000, offDelayMs: 10_000 });
  });

  it('lets mains hold for longer before an outage ends', () => {
    const rules = tuned.of('a', 'two', 'ups');
    expect(find(rules, 'UPS_ON_BATTERY')).toMatchObject({ offDelayMs: 120_000 });
    expect(find(rules, 'UPS_CRITICAL')).toMatchObject({ offDelayMs: 120_000 });
    expect(find(rules, 'UPS_BYPASS')).toMatchObject({ offDelayMs: 10_000 });
  });

  it('is forgotten in bounds', () => {
    for (let i = 0; i < 10_001; i += 1) tuned.tuned('SITE_DARK', `s${i}`);
    expect(tuned.tuned('SITE_DARK', 'a')).toMatchObject({ offDelayMs: 5000 });
  });

  it('is by the device’s kind where a code is of several', () => {
    const book = rulesOf(
      fleet({
        thresholds: { kinds: { power: { MAINS_FLAP: { severity: 'minor' } } } },
        sites: { a: { name: NAME, devices: { meter: { kind: 'power' } } } },
      }),
    );
    expect(book.tuned('MAINS_FLAP', 'a', 'meter')).toMatchObject({
      kind: 'power',
      severity: 'minor',
    });
    expect(book.tuned('MAINS_FLAP', 'a')).toMatchObject({ kind: 'ups', severity: 'major' });
  });
});
