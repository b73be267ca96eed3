import type { MonitorView } from './monitor-view.ts';

/** An alarm stood from `from` to `to` (ms since 1970 UTC; open without), raised as `version`. */
export interface AlarmStretch {
  id: string;
  site: string;
  device: string;
  version: number;
  from: number;
  to?: number;
}

interface AlarmAnswer {
  id: string;
  code: string;
  site: string;
  device?: string;
}

interface TransitionAnswer {
  version: number;
  to: string;
  at: string;
}

const STANDING: readonly string[] = ['UNACK', 'ACKED'];

/** Every stretch of an alarm code that the monitor's journal knows, over HTTP. */
export async function readAlarmStretches(view: MonitorView, code: string): Promise<AlarmStretch[]> {
  const alarms = await view.get<AlarmAnswer[]>('/api/v1/alarms?state=all');
  const stretches: AlarmStretch[] = [];
  for (const { id, site, device = '' } of alarms.filter((alarm) => alarm.code === code)) {
    const path = `/api/v1/alarms/${encodeURIComponent(id)}`;
    const { transitions } = await view.get<{ transitions: TransitionAnswer[] }>(path);
    let open: AlarmStretch | undefined;
    for (const { version, to, at } of transitions) {
      const isStanding = STANDING.includes(to);
      if (isStanding && open === undefined) {
        open = { id, site, device, version, from: Date.parse(at) };
        stretches.push(open);
      } else if (!isStanding && open !== undefined) {
        open.to = Date.parse(at);
        open = undefined;
      }
    }
  }
  return stretches;
}
