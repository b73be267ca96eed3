import type { AlarmCode } from './alarm.ts';
import { ALARM_LIMITS } from './alarm-limit.ts';
import type { Tuning, Tunings } from './config.ts';
import type { Kind } from './kind.ts';
import { kindSchema } from './kind.ts';

/** What of a configuration tunes alarms. */
interface Tuned {
  thresholds?:
    | { rules?: Tunings | undefined; kinds?: Partial<Record<Kind, Tunings>> | undefined }
    | undefined;
  sites: Readonly<
    Record<
      string,
      {
        thresholds?: Tunings | undefined;
        devices: Readonly<Record<string, { kind: Kind; thresholds?: Tunings | undefined }>>;
      }
    >
  >;
}

export interface TuningFault {
  path: PropertyKey[];
  message: string;
}

type Layers = readonly (Tunings | undefined)[];

/** Thresholds that no alarm could live by, each layer over what it is laid upon. */
export function tuningFaults({ thresholds, sites }: Tuned): TuningFault[] {
  const { rules, kinds } = thresholds ?? {};
  const faults = faultsOf([rules], ['thresholds', 'rules']);
  for (const kind of kindSchema.options) {
    faults.push(...faultsOf([rules, kinds?.[kind]], ['thresholds', 'kinds', kind]));
  }
  for (const [name, site] of Object.entries(sites)) {
    const ofSite = kindSchema.options.flatMap((kind) =>
      faultsOf([rules, kinds?.[kind], site.thresholds], ['sites', name, 'thresholds']),
    );
    // One fault, whatever kinds it is one of.
    faults.push(...new Map(ofSite.map((fault) => [fault.path.join(), fault])).values());
    for (const [id, { kind, thresholds: own }] of Object.entries(site.devices)) {
      const path = ['sites', name, 'devices', id, 'thresholds'];
      faults.push(...faultsOf([rules, kinds?.[kind], site.thresholds, own], path));
    }
  }
  return faults;
}

function faultsOf(layers: Layers, path: PropertyKey[]): TuningFault[] {
  const codes = Object.keys(layers.at(-1) ?? {}) as AlarmCode[];
  return codes.flatMap((code) => {
    const own = layers.at(-1)?.[code] ?? {};
    const fault = shapeFault(code, own) ?? rangeFault(code, layers);
    return fault === undefined
      ? []
      : [{ path: [...path, code, ...fault.path], message: fault.message }];
  });
}

/** Numbers that the alarm does not have. */
function shapeFault(code: AlarmCode, own: Tuning): TuningFault | undefined {
  const has = ALARM_LIMITS[code] ?? {};
  for (const name of ['limit', 'low', 'high', 'deadband'] as const) {
    if (own[name] === undefined || has[name] !== undefined) continue;
    const known = Object.keys(has).join(', ') || 'no numbers';
    return { path: [name], message: `${code} has no ${name}: expected ${known}` };
  }
  return undefined;
}

function rangeFault(code: AlarmCode, layers: Layers): TuningFault | undefined {
  const whole: Tuning = { ...ALARM_LIMITS[code] };
  for (const layer of layers) Object.assign(whole, layer?.[code]);
  const { low, high, deadband = 0 } = whole;
  if (low === undefined || high === undefined) return undefined;
  if (low >= high) {
    return { path: [], message: `expected low below high: they would be ${low} and ${high}` };
  }
  if (low + deadband <= high - deadband) return undefined;
  const most = (high - low) / 2;
  return {
    path: ['deadband'],
    message: `expected a deadband of ${most} at most: it would never end`,
  };
}
