import type { Alarm } from '../../../../src/contract/alarm.ts';

const unacknowledged: ReadonlySet<string> = new Set(['UNACK', 'RTN_UNACK', 'LATCH_UNACK']);

export function needsAcknowledge(alarm: Alarm): boolean {
  return unacknowledged.has(alarm.state);
}

/** The alarms that still ask something of a person: by priority, unacknowledged and newest first. */
export function activeAlarms(alarms: Iterable<Alarm>): Alarm[] {
  return [...alarms]
    .filter((alarm) => alarm.state !== 'NORM' && alarm.suppression === 'none')
    .sort((a, b) => a.priority - b.priority || b.raisedAt - a.raisedAt || (a.id < b.id ? -1 : 1));
}

/** How many alarms are shelved, suppressed by design or out of service: not shown, and not forgotten. */
export function hiddenAlarms(alarms: Iterable<Alarm>): number {
  let count = 0;
  for (const { state, suppression } of alarms) {
    if (state !== 'NORM' && suppression !== 'none') count += 1;
  }
  return count;
}
