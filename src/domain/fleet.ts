import type { DeviceConfig, Topology } from '../contract/config.ts';
import type { Device, Freshness, PowerSource, Site } from '../contract/device.ts';
import type { Kind } from '../contract/kind.ts';
import type { Detail } from '../contract/live.ts';
import type { RejectReason, Sample } from '../contract/sample.ts';
import { DeviceIndex } from './device-index.ts';
import {
  type DeviceState,
  deviceFreshness,
  type Held,
  holdValues,
  knowsValues,
  newDeviceState,
  noteSeen,
  ownPower,
  shiftTimes,
  shownPower,
  takeHeld,
  takeValues,
  viewDevice,
} from './device-state.ts';
import { type OrderRecord, recall, recordOf } from './order-record.ts';
import { worstPowerSource } from './power-source.ts';
import { clockOffsetOf, hasNewestPlace, orderSample } from './sample-order.ts';
import { type SitePart, viewSite } from './site-view.ts';
import { applyState } from './state-channel.ts';

/** A backlogged message counts as soon as no newer one has come for this long (ms). */
export const BACKLOG_QUIET_MS = 1000;

/**
 * What a sample did to the fleet: live state and alarms follow a `current` one. `clockOffsetMs` is of a
 * clock that is known to be wrong; the message's point bears it.
 */
export type FleetChange =
  | { outcome: 'rejected'; reason: RejectReason; detail: string }
  | { outcome: 'ignored'; clockOffsetMs: number | undefined }
  | {
      outcome: 'late' | 'held' | 'duplicate';
      state: DeviceState;
      clockOffsetMs: number | undefined;
    }
  | {
      outcome: 'current';
      state: DeviceState;
      isPowerChanged: boolean;
      clockOffsetMs: number | undefined;
    };

interface Released {
  sample: Sample;
  state: DeviceState;
  isPowerChanged: boolean;
}

/** Every device's state and the views of devices and sites. No clock of its own. */
export class Fleet {
  #topology: Topology;
  readonly #devices = new DeviceIndex();
  /** The devices that each source feeds, by site. */
  #fed = new Map<string, Map<string, string[]>>();
  readonly #freshness = new Map<DeviceState, Freshness>();
  /** Those that hold something back. */
  readonly #held = new Set<DeviceState>();
  /** What is remembered of devices that are neither configured nor heard yet. */
  readonly #remembered = new Map<string, OrderRecord>();
  #unsaved: DeviceState[] = [];
  #unregistered = 0;

  constructor(topology: Topology) {
    this.#topology = topology;
    this.configure(topology);
  }

  /** Takes a new topology; what is known of devices stays. */
  configure(topology: Topology): void {
    this.#topology = topology;
    this.#fed = fedIn(topology);
    for (const [site, { devices }] of Object.entries(topology.sites)) {
      for (const [id, config] of Object.entries(devices)) {
        const known = this.#devices.get(site, id);
        if (known?.kind === config.kind) known.config = config;
        else this.#addState(site, id, config.kind, config);
      }
    }
    for (const state of this.#devices.values()) {
      const configured = own(own(topology.sites, state.site)?.devices ?? {}, state.id);
      if (configured !== undefined || state.config === undefined) continue;
      if (state.lastSeen === undefined) this.#remove(state);
      else state.config = undefined;
    }
    this.#unregistered = [...this.#devices.values()].filter((state) => !state.config).length;
  }

  /** Takes up what is remembered of each device's order, at `now` (ms since 1970 UTC). */
  restore(records: readonly OrderRecord[], now: number): void {
    for (const record of records) {
      const { site, device } = record;
      const state = this.#devices.get(site, device);
      if (state === undefined) {
        this.#remembered.set(`${site}/${device}`, record);
        if (record.held !== undefined) this.#stateFor(record.held.sample);
      } else this.#recall(state, record);
    }
    for (const { held } of this.#held) (held as Held).since = now;
  }

  /** Up to `limit` devices whose order has changed since it was last taken to be saved. */
  takeUnsaved(limit: number): DeviceState[] {
    const taken = this.#unsaved.splice(0, limit);
    for (const state of taken) state.isOrderSaved = true;
    return taken;
  }

  /** Takes a sample into the live state, or says why not. */
  apply(sample: Sample): FleetChange {
    const state = this.#stateFor(sample);
    if ('reason' in state) return { outcome: 'rejected', ...state };
    if (sample.channel === 'state') return applyState(state, sample);
    if (sample.isRetained && !sample.hasOwnTime) {
      return { outcome: 'ignored', clockOffsetMs: undefined };
    }
    const { order } = state;
    if (hasNewestPlace(order, sample) && knowsValues(state, sample)) {
      return { outcome: 'duplicate', state, clockOffsetMs: clockOffsetOf(order, sample) };
    }
    const verdict = orderSample(order, sample);
    const clockOffsetMs = order.clock && clockOffsetOf(order, sample);
    if (verdict === 'late') return { outcome: 'late', state, clockOffsetMs };
    if (state.isOrderSaved) this.#noteUnsaved(state);
    if (!sample.isRetained) noteSeen(state, sample.receivedAt);
    const taken: Sample =
      clockOffsetMs === undefined ? sample : { ...sample, quality: 'uncertain' };
    if (verdict === 'held') {
      holdValues(state, taken);
      this.#held.add(state);
      return { outcome: 'held', state, clockOffsetMs };
    }
    return { outcome: 'current', state, isPowerChanged: this.#take(state, taken), clockOffsetMs };
  }

  /** Takes the held samples whose backlog has been read to its end; returns them as current. */
  release(now: number): Released[] {
    const released: Released[] = [];
    for (const state of this.#held) {
      const held = state.held as Held;
      if (now - held.since < BACKLOG_QUIET_MS) continue;
      this.#held.delete(state);
      const isPowerChanged = takeHeld(state, held);
      released.push({ sample: held.sample, state, isPowerChanged });
    }
    return released;
  }

  /** When the next held sample is to be released (ms since 1970 UTC). */
  releaseAt(): number | undefined {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { held } of this.#held) earliest = Math.min(earliest, (held as Held).since);
    return Number.isFinite(earliest) ? earliest + BACKLOG_QUIET_MS : undefined;
  }

  /** Our own clock was set by `ms`, to `now`: what is measured against it goes along. */
  shiftTimes(ms: number, now: number): void {
    for (const state of this.#devices.values()) shiftTimes(state, ms, now);
  }

  /** Devices whose freshness is another than at the last call. */
  freshnessChanges(now: number): Device[] {
    const changed: Device[] = [];
    for (const state of this.#devices.values()) {
      const freshness = deviceFreshness(state, now);
      if (this.#freshness.get(state) === freshness) continue;
      this.#freshness.set(state, freshness);
      changed.push(viewDevice(state, { power: this.#powerOf(state, now), now }));
    }
    return changed;
  }

  /** How many devices have each freshness, as the newest `freshnessChanges` found it. */
  freshnessCounts(): Record<Freshness, number> {
    const counts = { live: 0, stale: 0, offline: 0 };
    for (const state of this.#devices.values()) {
      counts[this.#freshness.get(state) ?? 'offline'] += 1;
    }
    return counts;
  }

  /** Of one site, or of all. */
  states(site?: string): Iterable<DeviceState> {
    return this.#devices.values(site);
  }

  state(site: string, id: string): DeviceState | undefined {
    return this.#devices.get(site, id);
  }

  device(site: string, id: string, now: number, detail?: Detail): Device | undefined {
    const state = this.state(site, id);
    return state && viewDevice(state, { power: this.#powerOf(state, now), now, detail });
  }

  devices(now: number, site?: string): Device[] {
    return [...this.#devices.values(site)].map((state) =>
      viewDevice(state, { power: this.#powerOf(state, now), now }),
    );
  }

  /** The devices that take their power from this one, itself included. */
  poweredFrom(site: string, id: string): string[] {
    return [id, ...(this.#fed.get(site)?.get(id) ?? [])];
  }

  site(id: string, now: number): Site | undefined {
    const config = own(this.#topology.sites, id);
    const parts = this.#partsOf(id, now);
    if (config === undefined && parts.length === 0) return undefined;
    return viewSite(id, config, parts);
  }

  sites(now: number): Site[] {
    const ids = new Set(Object.keys(this.#topology.sites));
    for (const state of this.#devices.values()) ids.add(state.site);
    return [...ids].map((id) =>
      viewSite(id, own(this.#topology.sites, id), this.#partsOf(id, now)),
    );
  }

  /** What a site's own state follows from. */
  #partsOf(site: string, now: number): SitePart[] {
    return [...this.#devices.values(site)].map((state) => {
      const freshness = deviceFreshness(state, now);
      return { freshness, power: shownPower(this.#powerOf(state, now), freshness) };
    });
  }

  /** A newer message that is current shows that a backlog has been read to its end. */
  #take(state: DeviceState, sample: Sample): boolean {
    const before = state.power;
    if (state.held !== undefined) {
      this.#held.delete(state);
      takeHeld(state, state.held);
    }
    takeValues(state, sample);
    return state.power !== before;
  }

  #noteUnsaved(state: DeviceState): void {
    if (state.order.newestTs === undefined) return;
    state.isOrderSaved = false;
    this.#unsaved.push(state);
  }

  /** A device that is new here, with what is remembered of it. */
  #addState(site: string, id: string, kind: Kind, config?: DeviceConfig): DeviceState {
    const state = newDeviceState(site, id, kind, config);
    const record = this.#remembered.get(`${site}/${id}`);
    this.#remembered.delete(`${site}/${id}`);
    if (record !== undefined) this.#recall(state, record);
    this.#devices.add(state);
    return state;
  }

  #recall(state: DeviceState, record: OrderRecord): void {
    if ((record.kind ?? state.kind) !== state.kind) return;
    recall(state, record);
    if (state.held !== undefined) this.#held.add(state);
  }

  #remove(state: DeviceState): void {
    this.#devices.delete(state);
    this.#held.delete(state);
    const record = recordOf(state);
    if (record !== undefined) this.#remembered.set(`${state.site}/${state.id}`, record);
  }

  #stateFor({
    site,
    device,
    kind,
  }: Pick<Sample, 'site' | 'device' | 'kind'>):
    | DeviceState
    | { reason: RejectReason; detail: string } {
    const known = this.#devices.get(site, device);
    if (known?.kind === kind) return known;
    if (known !== undefined) {
      return { reason: 'kind_conflict', detail: `expected ${known.kind}, as it is known` };
    }
    const max = this.#topology.maxUnregistered;
    if (this.#unregistered >= max) {
      return { reason: 'too_many_unregistered', detail: `expected at most ${max}: configure it` };
    }
    this.#unregistered += 1;
    return this.#addState(site, device, kind);
  }

  /** A scanner's power is the worst of the UPSs that feed it; an unheard or silent UPS is unknown. */
  #powerOf(state: DeviceState, now: number): PowerSource | undefined {
    const feeds = state.config?.poweredBy;
    if (state.kind !== 'scanner' || feeds === undefined || feeds.length === 0)
      return ownPower(state);
    return worstPowerSource(
      feeds.map((id) => {
        const feed = this.state(state.site, id);
        if (feed === undefined || deviceFreshness(feed, now) === 'offline') return 'unknown';
        return ownPower(feed) ?? 'unknown';
      }),
    );
  }
}

function fedIn({ sites }: Topology): Map<string, Map<string, string[]>> {
  const bySite = new Map<string, Map<string, string[]>>();
  for (const [site, { devices }] of Object.entries(sites)) {
    const fedBy = new Map<string, string[]>();
    for (const [id, { poweredBy = [] }] of Object.entries(devices)) {
      for (const source of new Set(poweredBy)) {
        fedBy.set(source, [...(fedBy.get(source) ?? []), id]);
      }
    }
    bySite.set(site, fedBy);
  }
  return bySite;
}

/** A device may call itself and its site what it likes, `constructor` too: what objects inherit is no entry. */
function own<T>(entries: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(entries, name) ? entries[name] : undefined;
}
