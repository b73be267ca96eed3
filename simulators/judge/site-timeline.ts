import type { Topology } from '../../src/contract/config.ts';
import type { Expectations } from './expectations.ts';
import type { SiteTimeline, Stretch } from './verdict.ts';

type Condition = Stretch['condition'];

/** What asks most of a person first. */
const WORST_FIRST: readonly Condition[] = [
  'low',
  'battery',
  'off',
  'generator',
  'bypass',
  'unknown',
  'mains',
];

interface TimelineInput {
  topology: Topology;
  expectations: Expectations;
  /** What the monitor's feed told of each site. */
  sitePower: ReadonlyMap<string, readonly Stretch[]>;
  startMs: number;
  endMs: number;
}

/** What each site went through, in truth and in the monitor's eyes. */
export function siteTimelines(input: TimelineInput): SiteTimeline[] {
  const { topology, sitePower, startMs, endMs } = input;
  return Object.entries(topology.sites).map(([site, { name }]) => ({
    site,
    name,
    truth: trueStretches(site, input),
    monitor: clipped(sitePower.get(site) ?? [], startMs, endMs),
  }));
}

/** The worst that any UPS or supply of the site was truly in. */
function trueStretches(site: string, { expectations, startMs, endMs }: TimelineInput): Stretch[] {
  const changes = expectations.devices
    .values()
    .filter(({ key, kind }) => kind !== 'scanner' && key.startsWith(`${site}/`))
    .flatMap(({ truth }) => truth)
    .toArray()
    .sort((a, b) => a.at - b.at);
  const states = new Map<string, string>();
  const stretches: Stretch[] = [];
  for (const { at, device, state } of changes) {
    states.set(device, state);
    const all = [...states.values()];
    const condition = WORST_FIRST.find((one) => all.includes(one)) ?? 'unknown';
    const last = stretches.at(-1);
    if (last?.condition === condition) continue;
    if (last !== undefined) last.toMs = at;
    stretches.push({ fromMs: Math.max(at, startMs), toMs: endMs, condition });
  }
  return stretches;
}

function clipped(stretches: readonly Stretch[], startMs: number, endMs: number): Stretch[] {
  return stretches
    .filter(({ fromMs }) => fromMs <= endMs)
    .map((one, index) => ({
      ...one,
      fromMs: Math.max(one.fromMs, startMs),
      toMs: index === stretches.length - 1 ? endMs : (stretches[index + 1]?.fromMs ?? one.toMs),
    }));
}
