import type { AlarmCode } from '../../src/contract/alarm.ts';
import type { AlarmStretch } from './alarm-stretches.ts';
import { clockOf, counted } from './case-list.ts';
import type { Expectations } from './expectations.ts';
import { isHeardAt } from './hearing.ts';
import type { IncidentEvidence } from './incidents.ts';
import type { KnownDevice } from './known-device.ts';
import { hasToldLoss } from './site-loss.ts';
import type { Check } from './verdict.ts';

const SLACK_MS = 1500;
const MINUTE_MS = 60_000;
/** An alarm of a state is raised within so long of the word of it (the longest on-delay is 60 s). */
const RAISED_WITHIN_MS = 2 * MINUTE_MS;

/** What a device must have said of itself for an alarm that is about a state of it. */
const STATE_OF: Partial<Record<AlarmCode, string>> = {
  SC_ESTOP: 'emergency_stop',
  UPS_BYPASS: 'bypass',
};
/** A scanner that was switched off, driven away or is worked on says nothing for good reasons. */
const EXPECTED_SILENCE: readonly string[] = ['off', 'maintenance'];

/**
 * Alarms that nothing explains: of silence although the device was heard or its silence was to be expected, of a
 * state that it never told of, of a site that had mains; on a calm day, any that is more than a warning.
 */
export function judgeFalseAlarms(evidence: IncidentEvidence): Check {
  const { stretches, limits } = evidence;
  const cases = stretches.flatMap((one) => {
    const why = falsehoodOf(one, evidence);
    return why === undefined ? [] : [`${one.id} at ${clockOf(one.from)}: ${why}`];
  });
  return counted({ name: 'alarms.false', cases, limit: limits.falseAlarms, of: stretches.length });
}

function falsehoodOf(one: AlarmStretch, { expectations, limits }: IncidentEvidence) {
  if (limits.isCalm && one.severity !== 'warning') return 'nothing happened';
  const device = expectations.devices.get(`${one.site}/${one.device}`);
  const state = STATE_OF[one.code];
  if (state !== undefined && device !== undefined) {
    return hasSaid(device, state, one.from) ? undefined : `it never said ${state}`;
  }
  switch (one.code) {
    case 'DEV_SILENT':
      return device && falseSilence(device, one.from);
    case 'COMMS_LOSS':
    case 'SITE_DARK':
      return falseSiteSilence(one, expectations);
    case 'SITE_OUTAGE': {
      const from = one.from - MINUTE_MS - expectations.policy.siteWindowMs;
      const isTold = hasToldLoss(one.site, from, one.from + SLACK_MS, expectations);
      return isTold ? undefined : 'nobody there was without mains';
    }
    default:
      return undefined;
  }
}

/** Its last word before the alarm, or one of the last two minutes. */
function hasSaid({ sayings }: KnownDevice, state: string, at: number): boolean {
  const before = sayings.filter((one) => one.at <= at + SLACK_MS);
  if (before.at(-1)?.state === state) return true;
  return before.some((one) => one.state === state && one.at >= at - RAISED_WITHIN_MS);
}

function falseSilence(device: KnownDevice, at: number): string | undefined {
  if (isHeardAt(device, at)) return 'it was heard';
  const last = device.sayings.findLast((one) => one.at <= at + SLACK_MS);
  const isExpected = device.kind === 'scanner' && EXPECTED_SILENCE.includes(last?.state ?? '');
  return isExpected ? `it said ${last?.state} before` : undefined;
}

function falseSiteSilence({ site, code, from }: AlarmStretch, expectations: Expectations) {
  const heard = expectations.devicesAt(site).find((device) => isHeardAt(device, from));
  if (heard !== undefined) return `${heard.key} was heard`;
  if (code === 'COMMS_LOSS') return undefined;
  const isTold = hasToldLoss(site, from - SLACK_MS, from + SLACK_MS, expectations);
  return isTold ? undefined : 'it had mains when it was last heard';
}
