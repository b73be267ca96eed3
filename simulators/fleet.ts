import type { Topology } from '../src/contract/config.ts';
import { SIMULATION_ROOT } from '../src/contract/topic.ts';
import { GridFrequency } from './physics/mains.ts';
import { createRandom } from './random.ts';
import { type Effect, TICK_MS } from './scenarios/timeline.ts';
import { applyEffect } from './site/effect.ts';
import { KyivHour } from './site/kyiv-hour.ts';
import type { Place, Reporter } from './site/place.ts';
import { SimulatedSite, type SiteDevice } from './site/site.ts';
import { TimeWheel } from './time-wheel.ts';
import type { DeviceKey, Witness } from './truth/witness.ts';
import { Link } from './wire/link.ts';
import type { FleetOutput } from './wire/output.ts';

/** A quiet site's physics goes in steps of a second, an abnormal one's in a quarter of it. */
const QUIET_TICKS = 1000 / TICK_MS;
const ABNORMAL_TICKS = 250 / TICK_MS;
/** Devices that may come online in a second: a large fleet is not switched on in one instant. */
const STARTS_A_SECOND = 4000;

export interface FleetOptions {
  topology: Topology;
  seed: number;
  /** Milliseconds since 1970 UTC at which the run begins. */
  now: number;
  effects?: readonly Effect[];
  root?: string;
  witnesses?: readonly Witness[];
}

interface ReporterInput {
  place: Place;
  device: SiteDevice;
  seed: number;
  root: string;
  /** Ticks after which its site is switched on. */
  ramp: number;
}

type Due = { place: Place; reporter?: Reporter };

/**
 * Simulated devices of a whole topology. Pure in the clock: the same seed and the same calls give the
 * same bytes. A device whose own supply dies says so on its `state` channel and falls silent.
 */
export class SimulatedFleet {
  readonly #places = new Map<string, Place>();
  readonly #reporters = new Map<DeviceKey, Reporter>();
  readonly #wheel = new TimeWheel<Due>();
  readonly #busyLinks = new Set<Link>();
  readonly #grid: GridFrequency;
  readonly #hour: KyivHour;
  readonly #witnesses: readonly Witness[];
  readonly #effects: readonly Effect[];
  readonly #startMs: number;
  #nextEffect = 0;
  #tick = 0;
  #out: FleetOutput[] = [];
  #hasNews = false;

  constructor(options: FleetOptions) {
    const { topology, seed, now, effects = [], root = SIMULATION_ROOT, witnesses = [] } = options;
    this.#startMs = now;
    this.#effects = effects;
    this.#grid = new GridFrequency(createRandom(seed, 'grid'));
    this.#hour = new KyivHour(now);
    this.#witnesses = witnesses;
    const sites = Object.entries(topology.sites);
    const count = sites.reduce((sum, [, site]) => sum + Object.keys(site.devices).length, 0);
    const rampTicks = Math.floor((count / STARTS_A_SECOND) * (1000 / TICK_MS));
    for (const [id, config] of sites) {
      const site = new SimulatedSite({ id, config, seed });
      const place: Place = { site, reporters: [], steppedAt: now, isPowered: true, isMastUp: true };
      this.#places.set(id, place);
      const random = createRandom(seed, `phase/${id}`);
      const ramp = Math.floor(random.next() * rampTicks);
      const phase = Math.floor(random.next() * QUIET_TICKS);
      this.#wheel.schedule(1 + ramp + phase, { place });
      for (const device of site.devices) this.#addReporter({ place, device, seed, root, ramp });
    }
  }

  get deviceCount(): number {
    return this.#reporters.size;
  }

  /** Advances to `now` (ms since 1970 UTC) and gives what fell due, in order. */
  step(now: number): FleetOutput[] {
    this.#out = [];
    this.#hasNews = false;
    while (this.#startMs + (this.#tick + 1) * TICK_MS <= now) this.#advance();
    return this.#out;
  }

  /** Whether the last step has brought something that a device tells at once. */
  get hasNews(): boolean {
    return this.#hasNews;
  }

  /** Every device that is online leaves it; for a run that ends in order. */
  farewell(): FleetOutput[] {
    this.#out = [];
    for (const reporter of this.#reporters.values()) {
      if (reporter.isOnline) this.#present(reporter, false);
    }
    // They all leave at once, after the run: no schedule asks that of them.
    return this.#out.map((output) => ('payload' in output ? { ...output, at: 0 } : output));
  }

  get #now(): number {
    return this.#startMs + this.#tick * TICK_MS;
  }

  #addReporter({ place, device, seed, root, ramp }: ReporterInput) {
    const key = `${place.site.id}/${device.id}`;
    const random = createRandom(seed, `link/${key}`);
    const link = new Link({
      device: key,
      kind: device.kind,
      root,
      random,
      witnesses: this.#witnesses,
      send: (output) => this.#out.push(output),
    });
    const intervalTicks = Math.max(1, Math.round((device.intervalSeconds * 1000) / TICK_MS));
    const reporter: Reporter = {
      key,
      device,
      link,
      intervalTicks,
      isOnline: false,
      saidAt: 0,
      told: '',
      state: '',
    };
    place.reporters.push(reporter);
    this.#reporters.set(key, reporter);
    const phase = Math.floor(createRandom(seed, `phase/${key}`).next() * intervalTicks);
    this.#wheel.schedule(1 + ramp + phase, { place, reporter });
  }

  #advance(): void {
    this.#tick += 1;
    const now = this.#now;
    if (this.#tick % QUIET_TICKS === 0) {
      this.#grid.step(1);
      this.#hour.advance(now);
    }
    this.#applyEffects(now);
    for (const due of this.#wheel.take(this.#tick)) {
      if (due.reporter === undefined) this.#visit(due.place, due);
      else this.#report(due.reporter, due);
    }
    for (const link of this.#busyLinks) {
      link.step(now, TICK_MS / 1000);
      if (!link.isBusy) this.#busyLinks.delete(link);
    }
  }

  #applyEffects(now: number): void {
    for (; ; this.#nextEffect++) {
      const effect = this.#effects[this.#nextEffect];
      if (effect === undefined || effect.atMs > now) return;
      if (effect.site === '') {
        applyToGrid(this.#grid, effect);
        continue;
      }
      const place = this.#places.get(effect.site);
      if (place === undefined) continue;
      this.#stepSite(place);
      const reporter = this.#reporters.get(`${effect.site}/${effect.device}`);
      applyEffect(effect, { place, reporter, now });
      if (reporter?.link.isBusy) this.#busyLinks.add(reporter.link);
      this.#stepSite(place);
      this.#tellNews(place);
    }
  }

  /** A site's regular step; the next one is sooner where something is abnormal. */
  #visit(place: Place, due: Due): void {
    this.#stepSite(place);
    this.#tellNews(place);
    const ticks = place.site.isAbnormal ? ABNORMAL_TICKS : QUIET_TICKS;
    this.#wheel.schedule(this.#tick + ticks, due);
  }

  #stepSite(place: Place): void {
    const now = this.#now;
    const dtSeconds = (now - place.steppedAt) / 1000;
    place.steppedAt = now;
    place.site.step({ dtSeconds, hourOfDay: this.#hour.value, hertz: this.#grid.hertz });
    if (place.site.isPowered !== place.isPowered) {
      place.isPowered = place.site.isPowered;
      const { id: site, cause } = place.site;
      for (const witness of this.#witnesses) {
        witness.mains({ at: now, site, isPresent: place.isPowered, cause });
      }
    }
    if (place.site.mast.isUp !== place.isMastUp) this.#switchMast(place, now);
  }

  /** Without the mast nobody at the site reaches the broker; devices keep what they have to say. */
  #switchMast(place: Place, now: number): void {
    place.isMastUp = place.site.mast.isUp;
    const loss = { lost: 'half_open', stored: 5000, replay: 50, isMarked: true } as const;
    for (const { link } of place.reporters) {
      if (place.isMastUp) link.mend('mast', now);
      else link.cut('mast', loss, now);
      if (link.isBusy) this.#busyLinks.add(link);
    }
  }

  #tellNews(place: Place): void {
    for (const reporter of place.reporters) {
      const state = reporter.device.state();
      if (state !== reporter.state) {
        reporter.state = state;
        const { key: device } = reporter;
        const { kind } = reporter.device;
        for (const witness of this.#witnesses) {
          witness.state({ at: this.#now, device, kind, state });
        }
      }
      const isNews = reporter.isOnline && reporter.device.told() !== reporter.told;
      if (!isNews && reporter.device.isAlive() === reporter.isOnline) continue;
      if (reporter.saidAt === 0) {
        // At the very start it announces itself, and speaks when it is its turn.
        if (!reporter.isOnline) this.#present(reporter, true);
        this.#noteTold(reporter);
        continue;
      }
      this.#hasNews = true;
      this.#say(reporter);
    }
  }

  #report(reporter: Reporter, due: Due): void {
    this.#wheel.schedule(this.#tick + reporter.intervalTicks, due);
    if (reporter.device.isAlive() && reporter.saidAt < this.#tick) this.#say(reporter);
  }

  /** A device without a supply says its last word, and goes. */
  #say(reporter: Reporter): void {
    const isAlive = reporter.device.isAlive();
    if (isAlive && !reporter.isOnline) this.#present(reporter, true);
    const { device, link } = reporter;
    this.#noteTold(reporter);
    reporter.saidAt = this.#tick;
    const metrics = device.telemetry();
    const value = metrics[device.countedBy];
    const told = {
      state: device.says?.() ?? device.state(),
      ...(typeof value === 'number' ? { value } : {}),
      ...(device.isInputLost === undefined ? {} : { isInputLost: device.isInputLost() }),
      ...(device.isForged?.() ? { isForged: true } : {}),
    };
    link.telemetry(metrics, told, this.#now);
    if (!isAlive) this.#present(reporter, false);
    if (link.isBusy) this.#busyLinks.add(link);
  }

  /** Keeps the old string where it says the same: a new one a second and device would fill the heap. */
  #noteTold(reporter: Reporter): void {
    const told = reporter.device.told();
    if (told !== reporter.told) reporter.told = told;
  }

  #present(reporter: Reporter, isOnline: boolean): void {
    reporter.isOnline = isOnline;
    reporter.link.present(isOnline, this.#now);
  }
}

function applyToGrid(grid: GridFrequency, { action, isEnd }: Effect): void {
  if (action.name === 'grid') grid.excursionHertz = isEnd ? undefined : action.setting.hertz;
}
