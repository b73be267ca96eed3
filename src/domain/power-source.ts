import type { PowerSource } from '../contract/device.ts';
import type { Kind } from '../contract/kind.ts';
import type { MetricValue } from '../contract/metric.ts';
import { decodeUpsStatus } from '../contract/ups-status.ts';
import type { DeviceWatch } from './watch/device-watch.ts';

type Values = Readonly<Record<string, MetricValue | undefined>>;

/**
 * Where a UPS takes its load's power from, by its NUT flags. `OL` and `OB` describe the input alone,
 * so the flags that say what reaches the load come first. A status without either is unknown: stale or
 * missing knowledge is never mains.
 */
export function upsPowerSource(status: string): PowerSource {
  const flags = decodeUpsStatus(status);
  if (flags.has('FSD') || (flags.has('OB') && flags.has('LB'))) return 'low';
  if (flags.has('OFF')) return 'off';
  if (flags.has('OB')) return 'battery';
  if (flags.has('BYPASS')) return 'bypass';
  return flags.has('OL') ? 'mains' : 'unknown';
}

/**
 * The same with the verdict on its words: a return to mains that is not believed leaves it on battery,
 * and `OFF` beside a live input counts after its delay. A calibration does run from the battery.
 */
function judgedUpsPower(status: string, { input, ups }: DeviceWatch): PowerSource {
  const said = upsPowerSource(status);
  if (said === 'low') return said;
  const flags = decodeUpsStatus(status);
  if (said === 'off' && (flags.has('OB') || ups?.isOff)) return said;
  if (input === 'lost') return flags.has('LB') ? 'low' : 'battery';
  if (said !== 'off') return said;
  return flags.has('OL') ? 'mains' : 'unknown';
}

/** What a site's supply gives: its transfer switch decides, else the presence of mains. */
function supplyPowerSource(values: Values): PowerSource {
  const position = values['ats.position'];
  if (position === 'generator') return 'generator';
  if (position === 'off' || values['mains.present'] === false) return 'off';
  if (values['mains.present'] === true || position === 'mains') return 'mains';
  return 'unknown';
}

/** The power source by a device's own values; a scanner has none of its own (its feeds decide). */
export function powerSourceOf(kind: Kind, values: Values): PowerSource | undefined {
  if (kind === 'scanner') return undefined;
  if (kind === 'power') return supplyPowerSource(values);
  const status = values['ups.status'];
  return typeof status === 'string' ? upsPowerSource(status) : 'unknown';
}

/** The power source of a device by its values and what is made of them; as `powerSourceOf` else. */
export function judgedPowerSource(watch: DeviceWatch, values: Values): PowerSource | undefined {
  const status = values['ups.status'];
  if (watch.kind !== 'ups' || typeof status !== 'string') return powerSourceOf(watch.kind, values);
  return judgedUpsPower(status, watch);
}

const worstFirst: readonly PowerSource[] = [
  'low',
  'battery',
  'off',
  'generator',
  'bypass',
  'unknown',
  'mains',
];

/** The source that asks most of a person; `unknown` where there is none. */
export function worstPowerSource(sources: readonly PowerSource[]): PowerSource {
  return worstFirst.find((source) => sources.includes(source)) ?? 'unknown';
}
