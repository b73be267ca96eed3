import type { Topology } from '../../src/contract/config.ts';
import type { Kind } from '../../src/contract/kind.ts';
import { createRandom, type Random } from '../random.ts';
import { CROSSINGS } from '../site/crossings.ts';
import type { Action, ActionName, ScenarioEvent, Span, Target } from './scenario-schema.ts';

/** Simulated time goes in steps of this many milliseconds; effects begin on one. */
export const TICK_MS = 5;
const MAX_REPETITIONS = 1000;

/** What happens to one site, or to one of its devices, at `atMs` (ms since 1970 UTC). */
export interface Effect {
  /** Of the beginning and of its end. */
  id: string;
  atMs: number;
  isEnd: boolean;
  action: Action;
  /** Empty for what the whole grid feels. */
  site: string;
  device?: string;
}

/** A scenario that cannot be played on this fleet; the message says where and what was expected. */
export class ScenarioError extends Error {}

const OF_SITES: readonly ActionName[] = ['mains', 'flap', 'voltage', 'weather', 'generator'];
const KIND_OF: Partial<Record<ActionName, Kind>> = {
  battery: 'ups',
  ups: 'ups',
  scanner: 'scanner',
  drive: 'scanner',
};

export interface PlanOptions {
  events: readonly ScenarioEvent[];
  topology: Topology;
  seed: number;
  startMs: number;
  durationSeconds?: number | undefined;
}

interface Place {
  site: string;
  device?: string;
}

/** Every effect of the run, in the order of time. Throws `ScenarioError` for an event that meets nobody. */
export function planEffects(options: PlanOptions): Effect[] {
  const effects = options.events.flatMap((event, index) => planEvent(event, index, options));
  return effects.sort((a, b) => a.atMs - b.atMs);
}

function planEvent(event: ScenarioEvent, index: number, options: PlanOptions): Effect[] {
  const { seed, startMs, durationSeconds } = options;
  checkDrive(event, index);
  const effects: Effect[] = [];
  const repetitions = event.every === undefined ? 1 : (event.times ?? MAX_REPETITIONS);
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const atSeconds = event.at + repetition * (event.every ?? 0);
    if (durationSeconds !== undefined && atSeconds > durationSeconds) break;
    const name = `${index}.${repetition}`;
    const picking = createRandom(seed, `pick/${name}`);
    for (const place of placesOf(event, index, options, picking)) {
      const id = `${name}/${place.site}/${place.device ?? ''}`;
      const random = createRandom(seed, `event/${id}`);
      const beginMs = onTick(startMs + (atSeconds + draw(event.spread, random)) * 1000);
      effects.push(...effectsOf({ id, event, place, beginMs, random }));
    }
  }
  return effects;
}

function checkDrive({ action }: ScenarioEvent, index: number): void {
  if (action.name !== 'drive' || CROSSINGS.some(({ id }) => id === action.setting.to)) return;
  const known = CROSSINGS.map(({ id }) => id).join(', ');
  throw new ScenarioError(
    `events.${index}.drive.to: expected one of ${known}; got ${action.setting.to}`,
  );
}

interface Happening {
  id: string;
  event: ScenarioEvent;
  place: Place;
  beginMs: number;
  random: Random;
}

function effectsOf({ id, event, place, beginMs, random }: Happening): Effect[] {
  const { action, lasts } = event;
  if (action.name === 'flap') return flaps({ id, event, place, beginMs, random });
  const begin: Effect = { id, atMs: beginMs, isEnd: false, action, ...place };
  if (action.name === 'reconnects') return reconnects(begin, draw(lasts, random) * 1000);
  if (lasts === undefined) return [begin];
  const endMs = onTick(beginMs + Math.max(draw(lasts, random) * 1000, TICK_MS));
  return [begin, { ...begin, atMs: endMs, isEnd: true }];
}

/** An even number of transitions at random moments, so that mains is there in the end. */
function flaps({ id, event, place, beginMs, random }: Happening): Effect[] {
  if (event.action.name !== 'flap') return [];
  const lastsMs = draw(event.lasts ?? { low: 900, high: 900 }, random) * 1000;
  const wanted = event.action.setting.transitions;
  const count = wanted + (wanted % 2);
  const cuts = Array.from({ length: count }, () => random.next()).sort((a, b) => a - b);
  const action: Action = { name: 'mains', setting: { cause: 'local' } };
  return cuts.map((share, index) => ({
    id: `${id}/${index >> 1}`,
    // Apart by at least a second, whatever was drawn.
    atMs: onTick(beginMs + share * lastsMs + index * 1000),
    isEnd: index % 2 === 1,
    action,
    ...place,
  }));
}

function reconnects(begin: Effect, lastsMs: number): Effect[] {
  if (begin.action.name !== 'reconnects') return [];
  const { times } = begin.action.setting;
  return Array.from({ length: times }, (_, index) => ({
    ...begin,
    id: `${begin.id}/${index}`,
    atMs: onTick(begin.atMs + (index * lastsMs) / times),
  }));
}

/** The sites or devices that an event is about. */
function placesOf(
  event: ScenarioEvent,
  index: number,
  { topology }: PlanOptions,
  random: Random,
): Place[] {
  const { name } = event.action;
  if (name === 'grid') return [{ site: '' }];
  const target = event.on === 'all' ? {} : event.on;
  const kind = KIND_OF[name];
  const places: Place[] = [];
  for (const [site, config] of Object.entries(topology.sites)) {
    if (!coversSite(target, site, config) || isExempt(event.action, config.exempt)) continue;
    if (OF_SITES.includes(name)) {
      places.push({ site });
      continue;
    }
    for (const [device, { kind: own, mobile }] of Object.entries(config.devices)) {
      if (kind !== undefined && own !== kind) continue;
      if (name === 'drive' && mobile !== true) continue;
      if (coversDevice(target, `${site}/${device}`, own)) places.push({ site, device });
    }
  }
  if (places.length > 0) return pick(places, target.pick, random);
  const wanted = JSON.stringify(event.on);
  throw new ScenarioError(
    `events.${index}.on: ${wanted} is nobody in this fleet: expected sites, regions, queues or site/device of it that ${name} can happen to`,
  );
}

type Filter = Exclude<Target, 'all'>;

function coversSite(
  { regions, queues, sites, devices }: Filter,
  site: string,
  config: { region?: string | undefined; queue?: string | undefined },
): boolean {
  if (regions !== undefined && !regions.includes(config.region ?? '')) return false;
  if (sites !== undefined && !sites.includes(site)) return false;
  if (devices !== undefined && !devices.some((one) => one.startsWith(`${site}/`))) return false;
  const queue = config.queue ?? '';
  // `3` means 3.1 and 3.2.
  return queues === undefined || queues.some((one) => queue === one || queue.startsWith(`${one}.`));
}

function coversDevice({ devices, kinds }: Filter, key: string, kind: Kind): boolean {
  if (devices !== undefined && !devices.includes(key)) return false;
  return kinds === undefined || kinds.includes(kind);
}

/** Critical infrastructure is spared announced (ГПВ) and emergency (ГАВ) cuts where it is so agreed. */
function isExempt(action: Action, exempt: readonly string[] | undefined): boolean {
  return action.name === 'mains' && exempt?.includes(action.setting.cause) === true;
}

function pick(places: Place[], count: number | undefined, random: Random): Place[] {
  if (count === undefined || count >= places.length) return places;
  const drawn = places.map((place) => ({ place, order: random.next() }));
  return drawn
    .sort((a, b) => a.order - b.order)
    .slice(0, count)
    .map(({ place }) => place);
}

function draw(span: Span | undefined, random: Random): number {
  return span === undefined ? 0 : random.between(span.low, span.high);
}

function onTick(atMs: number): number {
  return Math.ceil(atMs / TICK_MS) * TICK_MS;
}
