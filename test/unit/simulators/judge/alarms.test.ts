import { describe, expect, it } from 'vitest';
import type { AlarmStretch } from '../../../../simulators/judge/alarm-stretches.ts';
import { judgeClears } from '../../../../simulators/judge/clears.ts';
import { Expectations } from '../../../../simulators/judge/expectations.ts';
import { judgeInterruptions } from '../../../../simulators/judge/interruptions.ts';
import { fleetOf, loadScenario } from '../../../../simulators/scenarios/scenario.ts';

const T0 = Date.UTC(2026, 0, 16, 9);
const SECOND = 1000;
const { limits } = loadScenario('blackout');

/** A cut at reni from 100 s to 200 s that its UPS tells of at once, and these alarms. */
function evidence(alarms: [from: number, to?: number][], { heardAfter = 0, isHeard = true } = {}) {
  const expectations = new Expectations(fleetOf(loadScenario('calm')).topology, true);
  const at = (seconds: number) => T0 + seconds * SECOND;
  expectations.mains({ at: at(100), site: 'reni', isPresent: false, cause: 'local' });
  expectations.mains({ at: at(200), site: 'reni', isPresent: true, cause: 'local' });
  const losses = expectations.devices.get('reni/ups-1')?.losses;
  if (isHeard) {
    losses?.push({
      toldAt: at(100),
      receivedAt: at(100 + heardAfter),
      from: at(100 + heardAfter),
      to: at(200),
      isUnsure: false,
    });
  }
  const stretches: AlarmStretch[] = alarms.map(([from, to], index) => ({
    id: 'reni.ups-1.UPS_ON_BATTERY',
    code: 'UPS_ON_BATTERY',
    severity: 'major',
    site: 'reni',
    device: 'ups-1',
    version: index,
    shownAs: index,
    from: at(from),
    ...(to === undefined ? {} : { to: at(to) }),
  }));
  return { expectations, stretches, limits: { ...limits, alarmDelay: { max: 5 } } };
}

function outcomes(alarms: [number, number?][], options = {}) {
  const found = evidence(alarms, options);
  const checks = [...judgeInterruptions(found), ...judgeClears(found, T0 + 1000 * SECOND)];
  return Object.fromEntries(
    checks.map(({ name, outcome, measured }) => [name, `${outcome} ${measured}`]),
  );
}

describe('an interruption', () => {
  it('is found by an alarm, its delay counted from the truth', () => {
    expect(outcomes([[102.5, 260]])).toMatchObject({
      'interruptions.missed': 'right 0',
      'interruptions.false': 'right 0',
      'alarm.delay.max': 'right 2.5',
      'alarm.clear.early': 'right 0',
      'alarm.clear.late': 'right 0',
    });
  });

  it('is found by an alarm that stood already', () => {
    const found = outcomes([[60, 260]]);
    expect(found['interruptions.missed']).toBe('right 0');
    expect(found['alarm.delay.max']).toBe('right 0');
    // Whatever it was raised for, it was not this.
    expect(found['interruptions.false']).toBe('wrong 1');
  });

  it.each([
    ['no alarm', []],
    ['one that came minutes later', [[170, 260]]],
    ['one that was over before', [[10, 60]]],
  ] as [string, [number, number][]][])('is missed with %s', (_name, alarms) => {
    expect(outcomes(alarms)['interruptions.missed']).toBe('wrong 1');
  });

  it('is late beyond the scenario’s limit', () => {
    expect(outcomes([[106, 260]])['alarm.delay.max']).toBe('wrong 6');
  });

  it('counts from the first word where the line held that back', () => {
    const found = outcomes([[131, 260]], { heardAfter: 30 });
    expect(found['alarm.delay.max']).toBe('right 1');
  });

  it('is nobody’s fault where no word of it could reach the monitor', () => {
    expect(outcomes([], { isHeard: false })['interruptions.missed']).toBe('right 0');
  });
});

describe('an alarm', () => {
  it('is false where its UPS had said nothing', () => {
    expect(
      outcomes([
        [20, 90],
        [100, 260],
      ])['interruptions.false'],
    ).toBe('wrong 1');
  });

  it('is cleared early before mains has held for a minute, late some seconds after', () => {
    expect(outcomes([[100, 230]])['alarm.clear.early']).toBe('wrong 1');
    expect(outcomes([[100, 270]])['alarm.clear.late']).toBe('wrong 1');
    expect(outcomes([[100]])['alarm.clear.late']).toBe('wrong 1');
    expect(outcomes([[100, 264]])['alarm.clear.late']).toBe('right 0');
  });

  it('may go on through a second loss within the minute', () => {
    const found = evidence([[100, 290]]);
    const losses = found.expectations.devices.get('reni/ups-1')?.losses;
    const second = {
      toldAt: T0 + 220 * SECOND,
      receivedAt: T0 + 220 * SECOND,
      from: T0 + 220 * SECOND,
      to: T0 + 230 * SECOND,
    };
    losses?.push({ ...second, isUnsure: false });
    const checks = judgeClears(found, T0 + 1000 * SECOND);
    expect(checks.map(({ outcome, measured }) => `${outcome} ${measured}`)).toEqual([
      'right 0',
      'right 0',
    ]);
  });

  it('may take its time where the UPS was unheard after its return', () => {
    const found = evidence([[100, 400]]);
    const [loss] = found.expectations.devices.get('reni/ups-1')?.losses ?? [];
    if (loss !== undefined) loss.isUnsure = true;
    expect(judgeClears(found, T0 + 1000 * SECOND)[1]?.outcome).toBe('right');
  });
});
