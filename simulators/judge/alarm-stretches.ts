import type { AlarmCode, Severity } from '../../src/contract/alarm.ts';
import { type JudgeView, timeOf } from './view.ts';

/** An alarm stood from `from` to `to` (ms since 1970 UTC; open without), raised as `version`. */
export interface AlarmStretch {
  id: string;
  code: AlarmCode;
  severity: Severity;
  /** `*` and a `''` device of what is above a site. */
  site: string;
  device: string;
  version: number;
  /** The last version of that same moment: an alarm may be hidden as it is raised. */
  shownAs: number;
  from: number;
  to?: number;
}

interface AlarmAnswer {
  id: string;
  code: AlarmCode;
  severity: Severity;
  site: string;
  device?: string;
}

interface TransitionAnswer {
  version: number;
  to: string;
  at: string;
}

const STANDING: readonly string[] = ['UNACK', 'ACKED'];

/** Every stretch of every alarm that the monitor's journal knows, over HTTP. */
export async function readAlarmStretches(view: JudgeView): Promise<AlarmStretch[]> {
  const alarms = await view.get<AlarmAnswer[]>('/api/v1/alarms?state=all');
  const stretches: AlarmStretch[] = [];
  for (const { id, code, severity, site, device = '' } of alarms) {
    const path = `/api/v1/alarms/${encodeURIComponent(id)}`;
    const { transitions } = await view.get<{ transitions: TransitionAnswer[] }>(path);
    let open: AlarmStretch | undefined;
    for (const { version, to, at } of transitions) {
      const isStanding = STANDING.includes(to);
      if (isStanding && open === undefined) {
        const shownAs = transitions.findLast((one) => one.at === at)?.version ?? version;
        open = { id, code, severity, site, device, version, shownAs, from: timeOf(at) };
        stretches.push(open);
      } else if (!isStanding && open !== undefined) {
        open.to = timeOf(at);
        open = undefined;
      }
    }
  }
  return stretches;
}
