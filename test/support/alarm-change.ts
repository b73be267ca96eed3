import type { AlarmChange } from '../../src/contract/alarm.ts';
import { START } from './sample.ts';

/** The alarm `krakivets.ups-1.UPS_ON_BATTERY`, or another device's, as it stands at `version`. */
export function alarmChange(version: number, device = 'ups-1'): AlarmChange {
  const id = `krakivets.${device}.UPS_ON_BATTERY`;
  const isRaised = version % 2 === 1;
  const at = START + version;
  const occurrence = Math.ceil(version / 2);
  const reason = isRaised ? 'on_battery' : 'returned_to_mains';
  const common = { occurrence, version, reason } as const;
  return {
    alarm: {
      ...common,
      id,
      code: 'UPS_ON_BATTERY',
      site: 'krakivets',
      device,
      severity: 'major',
      priority: 2,
      state: isRaised ? 'UNACK' : 'NORM',
      suppression: 'none',
      raisedAt: at,
      changedAt: at,
    },
    transition: {
      ...common,
      alarmId: id,
      from: isRaised ? 'NORM' : 'UNACK',
      to: isRaised ? 'UNACK' : 'NORM',
      at,
    },
  };
}
