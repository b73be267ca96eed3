import { type AlarmCode, alarmCodeSchema } from '../../contract/alarm.ts';
import { ALARM_LIMITS, type AlarmLimits } from '../../contract/alarm-limit.ts';
import type { DeviceConfig, SiteConfig, Topology, Tuning, Tunings } from '../../contract/config.ts';
import type { Kind } from '../../contract/kind.ts';
import { type Definition, UNKNOWN } from '../rule/definition.ts';
import { deviceDefinitions } from '../rule/device.ts';
import { powerDefinitions } from '../rule/power.ts';
import { scannerDefinitions } from '../rule/scanner.ts';
import { siteDefinitions } from '../rule/site.ts';
import { upsDefinitions } from '../rule/ups.ts';
import type { Rule } from './rule-shape.ts';

const DEFINITIONS: ReadonlyMap<AlarmCode, Definition> = new Map(
  [
    ...upsDefinitions,
    ...powerDefinitions,
    ...scannerDefinitions,
    ...deviceDefinitions,
    ...siteDefinitions,
  ].map((definition) => [definition.code, definition]),
);

/** Of what is on a feed these speak once: its meter's, where it has one. */
const TOLD_BY_METER: readonly AlarmCode[] = ['MAINS_VOLT', 'MAINS_FREQ', 'MAINS_FLAP'];
const FOR_MAINS_RETURN: readonly AlarmCode[] = ['UPS_ON_BATTERY', 'UPS_CRITICAL'];

/** The rules as a fleet's configuration tunes them. */
export interface RuleBook {
  /** The rules of a device, registered or not; the same array each time. */
  of(site: string, device: string, kind: Kind): readonly Rule[];
  /** A code's rule as it stands for the whole fleet, wanted or not. */
  rule(code: AlarmCode): Rule;
  /** A code's rule as it stands at a site or for a device there; `undefined` where it is not wanted. */
  tuned(code: AlarmCode, site?: string, device?: string): Rule | undefined;
}

/**
 * Tuned from the general to the particular, each over what is before it: the rule itself,
 * `thresholds.rules`, `thresholds.kinds`, the site's, the device's.
 */
export function rulesOf(topology: Topology): RuleBook {
  const shared = new Map<string, readonly Rule[]>();
  const bySite = new Map<string, Map<string, readonly Rule[]>>();
  const single = new Map<string, Rule | undefined>();

  const metersOf = new Map<SiteConfig, readonly DeviceConfig[]>();
  /** Whether a meter of the site watches this feed; a feed that is not named may be any. */
  const isFeedMetered = (site: SiteConfig, feed: string | undefined) => {
    const meters =
      metersOf.get(site) ?? Object.values(site.devices).filter(({ kind }) => kind === 'power');
    metersOf.set(site, meters);
    return meters.some(
      (meter) => feed === undefined || meter.feed === undefined || meter.feed === feed,
    );
  };

  const build = (kind: Kind, site: SiteConfig | undefined, device: DeviceConfig | undefined) => {
    const isMetered = kind === 'ups' && site !== undefined && isFeedMetered(site, device?.feed);
    const key = isMetered ? 'ups metered' : kind;
    const isShared = site?.thresholds === undefined && device?.thresholds === undefined;
    const known = isShared ? shared.get(key) : undefined;
    if (known !== undefined) return known;
    const rules: Rule[] = [];
    for (const definition of DEFINITIONS.values()) {
      if (!definition.kinds.includes(kind)) continue;
      if (isMetered && TOLD_BY_METER.includes(definition.code)) continue;
      const tuning = tuningOf(topology, definition.code, { kind, site, device });
      if (tuning.enabled !== false) rules.push(ruleOf(definition, kind, tuning));
    }
    if (isShared) shared.set(key, rules);
    return rules;
  };

  const of: RuleBook['of'] = (site, device, kind) => {
    let devices = bySite.get(site);
    if (devices === undefined) {
      devices = new Map();
      bySite.set(site, devices);
    }
    const { siteConfig, deviceConfig } = configured(topology, site, device);
    // Those that are not registered share one array a site and kind: their names are anybody's.
    const isConfigured = deviceConfig?.kind === kind;
    const name = isConfigured ? device : `${kind} `;
    const known = devices.get(name);
    if (known !== undefined) return known;
    const rules = build(kind, siteConfig, isConfigured ? deviceConfig : undefined);
    devices.set(name, rules);
    return rules;
  };

  const tuned: RuleBook['tuned'] = (code, site, device) => {
    const key = `${code} ${site ?? ''} ${device ?? ''}`;
    if (single.has(key)) return single.get(key);
    const definition = DEFINITIONS.get(code) as Definition;
    const { siteConfig, deviceConfig } = configured(topology, site, device);
    const own = deviceConfig?.kind;
    const kind = definition.kinds.find((one) => one === own) ?? (definition.kinds[0] as Kind);
    const tuning = tuningOf(topology, code, { kind, site: siteConfig, device: deviceConfig });
    const rule = tuning.enabled === false ? undefined : ruleOf(definition, kind, tuning);
    if (single.size >= MAX_SINGLE) single.clear();
    single.set(key, rule);
    return rule;
  };

  const fleetWide = new Map(
    alarmCodeSchema.options.map((code) => {
      const definition = DEFINITIONS.get(code) as Definition;
      const kind = definition.kinds[0] as Rule['kind'];
      return [code, ruleOf(definition, kind, tuningOf(topology, code, { kind }))] as const;
    }),
  );
  return { of, tuned, rule: (code) => fleetWide.get(code) as Rule };
}

const MAX_SINGLE = 10_000;

function configured(topology: Topology, site: string | undefined, device: string | undefined) {
  const siteConfig = own(topology.sites, site);
  const deviceConfig = siteConfig && own(siteConfig.devices, device);
  return { siteConfig, deviceConfig };
}

/** What objects inherit is no entry. */
function own<T>(entries: Readonly<Record<string, T>>, name: string | undefined): T | undefined {
  return name !== undefined && Object.hasOwn(entries, name) ? entries[name] : undefined;
}

interface Place {
  kind: Rule['kind'];
  site?: SiteConfig | undefined;
  device?: DeviceConfig | undefined;
}

function tuningOf(
  { thresholds }: Topology,
  code: AlarmCode,
  { kind, site, device }: Place,
): Tuning {
  const offDelay = FOR_MAINS_RETURN.includes(code) ? thresholds?.onBatteryOffDelay : undefined;
  const ofKind: Tunings | undefined =
    kind === 'site' || kind === 'above' ? undefined : thresholds?.kinds?.[kind];
  return {
    ...(offDelay === undefined ? {} : { offDelay }),
    ...thresholds?.rules?.[code],
    ...ofKind?.[code],
    ...site?.thresholds?.[code],
    ...device?.thresholds?.[code],
  };
}

function ruleOf(definition: Definition, kind: Rule['kind'], tuning: Tuning): Rule {
  const { code, hasSilentTruth, reAlarm, metric } = definition;
  const limits: Required<AlarmLimits> = {
    limit: Number.NaN,
    low: Number.NaN,
    high: Number.NaN,
    deadband: 0,
    ...ALARM_LIMITS[code],
    ...limitsIn(tuning),
  };
  const evaluate = definition.evaluator(limits);
  return {
    code,
    kind,
    severity: tuning.severity ?? definition.severity,
    isLatched: definition.isLatched ?? false,
    isShelvable: definition.isShelvable ?? true,
    onDelayMs: (tuning.onDelay ?? definition.onDelay) * 1000,
    offDelayMs: (tuning.offDelay ?? definition.offDelay) * 1000,
    ...(reAlarm === undefined ? {} : { reAlarmMs: reAlarm * 1000 }),
    ...(metric === undefined ? {} : { metric }),
    // What a silent device said last neither raises nor clears.
    evaluate: hasSilentTruth
      ? evaluate
      : (subject, isStanding) => (subject.watch.isSilent ? UNKNOWN : evaluate(subject, isStanding)),
  };
}

const LIMITS = ['limit', 'low', 'high', 'deadband'] as const;

function limitsIn(tuning: Tuning): AlarmLimits {
  const limits: AlarmLimits = {};
  for (const name of LIMITS) {
    const value = tuning[name];
    if (value !== undefined) limits[name] = value;
  }
  return limits;
}
