import { clockOf, counted } from './case-list.ts';
import type { AlarmEvidence } from './interruptions.ts';
import type { InputLoss } from './known-device.ts';
import type { Check } from './verdict.ts';

/** An alarm ends when mains has held this long (contract: the off-delay of UPS_ON_BATTERY). */
const OFF_DELAY_MS = 60_000;
const SLACK_MS = 1500;

/** Losses of one UPS; those that follow within the off-delay are one alarm. */
interface Expected {
  from: number;
  clearsAt: number | undefined;
  /** A loss began so near to these ends that the alarm may or may not have ended first. */
  mayClearAt: number[];
  isUnsure: boolean;
}

/** Alarms that ended too early or too late for the moment at which the UPS said that mains was back. */
export function judgeClears(evidence: AlarmEvidence, endMs: number): Check[] {
  const { expectations, stretches, limits } = evidence;
  const early: string[] = [];
  const late: string[] = [];
  let judged = 0;
  for (const device of expectations.devices.values()) {
    const own = stretches.filter(({ site, device: id }) => `${site}/${id}` === device.key);
    for (const expected of expectedOf(device.losses)) {
      const alarm = own.findLast(({ from }) => from <= expected.from + OFF_DELAY_MS);
      if (alarm === undefined || (alarm.to ?? endMs) < expected.from) continue;
      const { clearsAt } = expected;
      judged += 1;
      const { to } = alarm;
      const isAtEdge = expected.mayClearAt.some((at) => Math.abs((to ?? endMs) - at) <= SLACK_MS);
      if (isAtEdge) continue;
      if (alarm.to !== undefined && alarm.to < (clearsAt ?? endMs) - SLACK_MS) {
        early.push(`${alarm.id} ended at ${clockOf(alarm.to)}, before ${told(clearsAt)}`);
      }
      if (clearsAt === undefined || expected.isUnsure) continue;
      const latestAt = clearsAt + limits.clearedLate * 1000 + SLACK_MS;
      if (latestAt >= endMs || (alarm.to ?? endMs) <= latestAt) continue;
      const end = alarm.to === undefined ? 'still stands' : `ended at ${clockOf(alarm.to)}`;
      late.push(`${alarm.id} ${end}, after ${clockOf(clearsAt)}`);
    }
  }
  return [
    counted({ name: 'alarm.clear.early', cases: early, limit: limits.clearedEarly, of: judged }),
    counted({ name: 'alarm.clear.late', cases: late, limit: 0, of: judged }),
  ];
}

function expectedOf(losses: readonly InputLoss[]): Expected[] {
  const all: Expected[] = [];
  for (const { from, to, isUnsure } of losses) {
    const last = all.at(-1);
    const clearsAt = to === undefined ? undefined : to + OFF_DELAY_MS;
    const isSame = last?.clearsAt !== undefined && from < last.clearsAt + SLACK_MS;
    if (last !== undefined && isSame) {
      const edge = last.clearsAt ?? from;
      if (from > edge - SLACK_MS) last.mayClearAt.push(edge);
      last.clearsAt = clearsAt;
      last.isUnsure = isUnsure;
    } else all.push({ from, clearsAt, mayClearAt: [], isUnsure });
  }
  return all;
}

function told(clearsAt: number | undefined): string {
  return clearsAt === undefined ? 'mains was back' : clockOf(clearsAt);
}
