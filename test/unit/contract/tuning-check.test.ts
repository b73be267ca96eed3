import { describe, expect, it } from 'vitest';
import { topologySchema } from '../../../src/contract/config.ts';

const NAME = { uk: 'А', en: 'A' };

/** Each fault as `path: message`. */
function faultsOf(topology: unknown): string[] {
  const answer = topologySchema.safeParse(topology);
  return answer.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
}

const site = (thresholds: unknown, ofDevice?: unknown) => ({
  sites: {
    a: { name: NAME, thresholds, devices: { meter: { kind: 'power', thresholds: ofDevice } } },
  },
});

describe('a wrong threshold is a fault of the configuration', () => {
  it.each([
    [
      { thresholds: { rules: { UPS_FAULT: { limit: 3 } } } },
      'thresholds.rules.UPS_FAULT.limit: UPS_FAULT has no limit: expected no numbers',
    ],
    [
      { thresholds: { rules: { MAINS_VOLT: { limit: 200 } } } },
      'thresholds.rules.MAINS_VOLT.limit: MAINS_VOLT has no limit: expected low, high, deadband',
    ],
    [
      { thresholds: { kinds: { ups: { UPS_OVERLOAD: { low: 1 } } } } },
      'thresholds.kinds.ups.UPS_OVERLOAD.low: UPS_OVERLOAD has no low: expected limit, deadband',
    ],
    [
      { thresholds: { rules: { MAINS_FLAP: { deadband: 1 } } } },
      'thresholds.rules.MAINS_FLAP.deadband: MAINS_FLAP has no deadband: expected limit',
    ],
    [
      { thresholds: { rules: { MAINS_VOLT: { low: 260 } } } },
      'thresholds.rules.MAINS_VOLT: expected low below high: they would be 260 and 253',
    ],
    [
      { thresholds: { rules: { MAINS_FREQ: { deadband: 1 } } } },
      'thresholds.rules.MAINS_FREQ.deadband: expected a deadband of 0.5 at most: it would never end',
    ],
    [
      site({ MAINS_VOLT: { high: 200 } }),
      'sites.a.thresholds.MAINS_VOLT: expected low below high: they would be 207 and 200',
    ],
    [
      site({ MAINS_VOLT: { high: 240 } }, { MAINS_VOLT: { low: 240 } }),
      'sites.a.devices.meter.thresholds.MAINS_VOLT: expected low below high: they would be 240 and 240',
    ],
  ])('%j', (topology, fault) => {
    expect(faultsOf(topology)).toEqual([fault]);
  });

  it('is judged by what it is laid upon', () => {
    const low = { thresholds: { rules: { MAINS_VOLT: { low: 100, high: 130 } } } };
    expect(faultsOf({ ...low, ...site({ MAINS_VOLT: { high: 125 } }) })).toEqual([]);
  });

  it('names no alarm that there is not', () => {
    expect(faultsOf({ thresholds: { rules: { NO_SUCH: {} } } })).toHaveLength(1);
  });

  it('lets every alarm be turned off, delayed and weighed', () => {
    const tuning = { enabled: false, onDelay: '5s', offDelay: '1m', severity: 'minor' };
    expect(faultsOf({ thresholds: { rules: { UPS_FAULT: tuning, MAINS_VOLT: tuning } } })).toEqual(
      [],
    );
  });
});
