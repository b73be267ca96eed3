import type { Alarm } from '../../../../src/contract/alarm.ts';
import type { Device, Freshness, PowerSource, Site } from '../../../../src/contract/device.ts';
import type { Kind } from '../../../../src/contract/kind.ts';
import type { FeedState } from '../feed/apply.ts';
import { activeAlarms } from './alarm-list.ts';
import { agedFreshness } from './freshness.ts';

export interface DeviceView {
  device: Device;
  freshness: Freshness;
}

/** One card: a site with its devices as they may be shown now. */
export interface SiteView {
  site: Site;
  devices: readonly DeviceView[];
  power: PowerSource;
  freshness: Freshness;
  alarmCount: number;
  /** Lower is more urgent; sites are shown in this order. */
  urgency: number;
}

/** Worst first, as the server orders them. */
const POWER_ORDER: readonly PowerSource[] = [
  'low',
  'battery',
  'off',
  'generator',
  'bypass',
  'unknown',
  'mains',
];
const KIND_ORDER: readonly Kind[] = ['power', 'ups', 'scanner'];
const FRESHNESS_ORDER: readonly Freshness[] = ['offline', 'stale', 'live'];

function worst<T>(order: readonly T[], values: readonly T[]): T | undefined {
  return order.find((value) => values.includes(value));
}

const COLLATORS = { uk: new Intl.Collator('uk'), en: new Intl.Collator('en') };

/** The worst source among the devices that are known now; `unknown` where none of them is. */
function powerOf(site: Site, devices: readonly DeviceView[]): PowerSource {
  const powered = devices.filter(({ device }) => device.power !== undefined);
  if (powered.length === 0) return devices.length === 0 ? site.power : 'unknown';
  const known = powered.filter(({ freshness }) => freshness !== 'offline');
  return (
    worst(
      POWER_ORDER,
      known.map(({ device }) => device.power ?? 'unknown'),
    ) ?? 'unknown'
  );
}

function urgencyOf(power: PowerSource, freshness: Freshness, alarms: readonly Alarm[]): number {
  const priority = Math.min(9, ...alarms.map((alarm) => alarm.priority));
  return priority * 100 + POWER_ORDER.indexOf(power) * 10 + FRESHNESS_ORDER.indexOf(freshness);
}

/** An unconfigured device's site has no entry of its own; its identifier stands in for the name. */
function placeholder(id: string): Site {
  return { id, name: { uk: id, en: id }, power: 'unknown', freshness: 'offline' };
}

function groupBySite<T extends { site: string }>(items: Iterable<T>): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.site);
    if (group === undefined) groups.set(item.site, [item]);
    else group.push(item);
  }
  return groups;
}

function viewOf(site: Site, devices: readonly Device[], context: ViewContext): SiteView {
  const shown = devices
    .map((device) => ({ device, freshness: agedFreshness(device, context.nowMs) }))
    .sort(
      (a, b) =>
        KIND_ORDER.indexOf(a.device.kind) - KIND_ORDER.indexOf(b.device.kind) ||
        (a.device.id < b.device.id ? -1 : 1),
    );
  const alarms = context.alarms.get(site.id) ?? [];
  const power = powerOf(site, shown);
  const freshness =
    worst(
      FRESHNESS_ORDER,
      shown.map((view) => view.freshness),
    ) ?? site.freshness;
  return {
    site,
    devices: shown,
    power,
    freshness,
    alarmCount: alarms.length,
    urgency: urgencyOf(power, freshness, alarms),
  };
}

interface ViewContext {
  nowMs: number;
  alarms: ReadonlyMap<string, readonly Alarm[]>;
}

function isSame(a: SiteView, b: SiteView): boolean {
  return (
    a.site === b.site &&
    a.power === b.power &&
    a.freshness === b.freshness &&
    a.alarmCount === b.alarmCount &&
    a.urgency === b.urgency &&
    a.devices.length === b.devices.length &&
    a.devices.every((view, index) => {
      const other = b.devices[index];
      return view.device === other?.device && view.freshness === other.freshness;
    })
  );
}

/**
 * Every site as it may be shown at `nowMs` (server's clock), the most urgent first, then by name in
 * `locale`. A view that did not change is the object of `previous`, so that its card is not rendered.
 */
export function siteViews(
  state: FeedState,
  { nowMs, language, previous }: SiteViewOptions,
): SiteView[] {
  const devices = groupBySite(state.devices.values());
  const context = { nowMs, alarms: groupBySite(activeAlarms(state.alarms.values())) };
  const sites = new Map(state.sites);
  for (const id of devices.keys()) if (!sites.has(id)) sites.set(id, placeholder(id));
  const known = new Map(previous.map((view) => [view.site.id, view]));
  const collator = COLLATORS[language];
  return [...sites.values()]
    .map((site) => {
      const view = viewOf(site, devices.get(site.id) ?? [], context);
      const before = known.get(site.id);
      return before !== undefined && isSame(before, view) ? before : view;
    })
    .sort(
      (a, b) =>
        a.urgency - b.urgency || collator.compare(a.site.name[language], b.site.name[language]),
    );
}

interface SiteViewOptions {
  nowMs: number;
  language: 'uk' | 'en';
  previous: readonly SiteView[];
}
