import { topologySchema } from '../src/contract/config.ts';
import { encodeTopic, SIMULATION_ROOT } from '../src/contract/topic.ts';
import { GridFrequency } from './physics/mains.ts';
import { createRandom } from './random.ts';
import { type BatteryStart, SimulatedSite, type SiteDevice } from './site/site.ts';
import type { TopologySource } from './site/topology.ts';

/** Simulated time advances in steps of this many milliseconds, whatever the caller's rhythm. */
const TICK_MS = 250;

export interface FleetOptions {
  topology: TopologySource;
  seed: number;
  /** Milliseconds since 1970 UTC at which the run begins. */
  now: number;
  root?: string;
  /** Batteries that do not begin as the seed has it, by `site/device`. */
  batteries?: Readonly<Record<string, BatteryStart>>;
}

/** A message that is due. */
export interface FleetMessage {
  topic: string;
  /** UTF-8 JSON. */
  payload: string;
  qos: 1;
  retain: boolean;
}

interface Reporter {
  site: string;
  device: SiteDevice;
  dueAt: number;
  seq: number;
  isOnline: boolean;
  /** What is told at once: the power or operating state of the last message. */
  told: string;
}

/** The hour of the day in Kyiv, 0–24; trucks and the evening peak follow it. */
function kyivHour(now: number): number {
  const time = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Kyiv',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(now);
  return Number(time.slice(0, 2)) + Number(time.slice(3, 5)) / 60;
}

/**
 * Simulated devices of a whole topology. Pure in the clock: the same seed and the same calls give the
 * same bytes. A device whose own supply dies says so on its `state` channel and falls silent.
 */
export class SimulatedFleet {
  readonly #sites = new Map<string, SimulatedSite>();
  readonly #reporters: Reporter[] = [];
  readonly #grid: GridFrequency;
  readonly #root: string;
  #clock: number;
  #hourOfDay: number;
  #hourReadAt: number;

  constructor({ topology, seed, now, root = SIMULATION_ROOT, batteries = {} }: FleetOptions) {
    this.#root = root;
    this.#clock = now;
    this.#hourOfDay = kyivHour(now);
    this.#hourReadAt = now;
    this.#grid = new GridFrequency(createRandom(seed, 'grid'));
    for (const [id, config] of Object.entries(topologySchema.parse(topology).sites)) {
      const site = new SimulatedSite({ id, config, seed, batteries });
      this.#sites.set(id, site);
      for (const device of site.devices) {
        const phase = createRandom(seed, `phase/${id}/${device.id}`).next();
        const dueAt = now + phase * device.intervalSeconds * 1000;
        this.#reporters.push({ site: id, device, dueAt, seq: 0, isOnline: false, told: '' });
      }
    }
  }

  get deviceCount(): number {
    return this.#reporters.length;
  }

  /** Takes the mains from these sites; what they publish changes with the next step. */
  cutPower(siteIds: Iterable<string>): void {
    this.#switchPower(siteIds, false);
  }

  restorePower(siteIds: Iterable<string>): void {
    this.#switchPower(siteIds, true);
  }

  #switchPower(siteIds: Iterable<string>, isPowered: boolean): void {
    for (const id of siteIds) {
      const site = this.#sites.get(id);
      if (site) site.isPowered = isPowered;
    }
  }

  /** Advances to `now` (ms since 1970 UTC) and gives the messages that fell due, in order. */
  step(now: number): FleetMessage[] {
    const messages: FleetMessage[] = [];
    while (this.#clock + TICK_MS <= now) {
      this.#clock += TICK_MS;
      this.#advance(TICK_MS / 1000);
      for (const reporter of this.#reporters) this.#report(reporter, messages);
    }
    return messages;
  }

  /** Every device that is online leaves it; for a run that ends in order. */
  farewell(): FleetMessage[] {
    const leaving = this.#reporters.filter((reporter) => reporter.isOnline);
    return leaving.map((reporter) => this.#presence(reporter, false));
  }

  #advance(dtSeconds: number): void {
    if (this.#clock - this.#hourReadAt >= 60_000) {
      this.#hourOfDay = kyivHour(this.#clock);
      this.#hourReadAt = this.#clock;
    }
    this.#grid.step(dtSeconds);
    const around = { dtSeconds, hourOfDay: this.#hourOfDay, hertz: this.#grid.hertz };
    for (const site of this.#sites.values()) site.step(around);
  }

  #report(reporter: Reporter, messages: FleetMessage[]): void {
    const { device } = reporter;
    const isAlive = device.isAlive();
    if (!isAlive && !reporter.isOnline) return;
    if (isAlive && !reporter.isOnline) messages.push(this.#presence(reporter, true));
    const told = device.told();
    const isNews = reporter.told !== '' && told !== reporter.told;
    if (isNews || this.#clock >= reporter.dueAt) {
      reporter.told = told;
      messages.push(this.#telemetry(reporter));
    }
    while (reporter.dueAt <= this.#clock) reporter.dueAt += device.intervalSeconds * 1000;
    if (!isAlive) messages.push(this.#presence(reporter, false));
  }

  #telemetry(reporter: Reporter): FleetMessage {
    const payload = { ts: this.#clock, seq: reporter.seq++, ...reporter.device.telemetry() };
    return this.#message(reporter, 'telemetry', payload);
  }

  #presence(reporter: Reporter, isOnline: boolean): FleetMessage {
    reporter.isOnline = isOnline;
    return this.#message(reporter, 'state', { online: isOnline, ts: this.#clock });
  }

  #message({ site, device }: Reporter, channel: 'telemetry' | 'state', payload: object) {
    const topic = encodeTopic(this.#root, { site, kind: device.kind, device: device.id, channel });
    const message: FleetMessage = {
      topic,
      payload: JSON.stringify(payload),
      qos: 1,
      retain: channel === 'state',
    };
    return message;
  }
}
