import type { SiteConfig, Topology } from '../contract/config.ts';
import type { Device, Freshness, PowerSource, Site } from '../contract/device.ts';
import type { RejectReason, Sample } from '../contract/sample.ts';
import { DeviceIndex } from './device-index.ts';
import {
  type DeviceState,
  deviceFreshness,
  newDeviceState,
  noteSeen,
  takeValues,
  viewDevice,
} from './device-state.ts';
import { combinedFreshness } from './freshness.ts';
import { worstPowerSource } from './power-source.ts';
import { BACKLOG_QUIET_MS, orderSample } from './sample-order.ts';

/** What a sample did to the fleet. `isCurrent` says that live state and alarms follow it. */
export type FleetChange =
  | { outcome: 'rejected'; reason: RejectReason; detail: string }
  | { outcome: 'late' | 'held' | 'ignored' }
  | { outcome: 'current'; state: DeviceState; isPowerChanged: boolean; isClockWrong: boolean };

interface Released {
  sample: Sample;
  state: DeviceState;
  isPowerChanged: boolean;
}

/** Every device's state and the views of devices and sites. No clock of its own. */
export class Fleet {
  #topology: Topology;
  readonly #devices = new DeviceIndex();
  readonly #freshness = new Map<DeviceState, Freshness>();
  readonly #held = new Set<DeviceState>();
  #unregistered = 0;

  constructor(topology: Topology) {
    this.#topology = topology;
    this.configure(topology);
  }

  /** Takes a new topology; what is known of devices stays. */
  configure(topology: Topology): void {
    this.#topology = topology;
    for (const [site, { devices }] of Object.entries(topology.sites)) {
      for (const [id, config] of Object.entries(devices)) {
        const known = this.#devices.get(site, id);
        if (known?.kind === config.kind) known.config = config;
        else this.#devices.add(newDeviceState(site, id, config.kind, config));
      }
    }
    for (const state of this.#devices.values()) {
      const configured = own(own(topology.sites, state.site)?.devices ?? {}, state.id);
      if (configured !== undefined || state.config === undefined) continue;
      if (state.lastSeen === undefined) this.#devices.delete(state);
      else state.config = undefined;
    }
    this.#unregistered = [...this.#devices.values()].filter((state) => !state.config).length;
  }

  /** Takes a sample into the live state, or says why not. */
  apply(sample: Sample): FleetChange {
    const state = this.#stateFor(sample);
    if ('reason' in state) return { outcome: 'rejected', ...state };
    if (sample.channel === 'state' && sample.isRetained) return this.#applyRetained(state, sample);
    const verdict = orderSample(state.order, sample);
    if (verdict === 'late') return { outcome: 'late' };
    if (sample.channel === 'state' && sample.metrics.online === false) {
      state.isGone = true;
      const isPowerChanged = takeValues(state, sample);
      return { outcome: 'current', state, isPowerChanged, isClockWrong: false };
    }
    noteSeen(state, sample.receivedAt);
    if (verdict === 'held') {
      state.held = { sample, since: sample.receivedAt };
      this.#held.add(state);
      return { outcome: 'held' };
    }
    if (state.held !== undefined) {
      this.#held.delete(state);
      state.held = undefined;
    }
    const isClockWrong = verdict === 'wrong_clock';
    const taken: Sample = isClockWrong ? { ...sample, quality: 'uncertain' } : sample;
    return { outcome: 'current', state, isPowerChanged: takeValues(state, taken), isClockWrong };
  }

  /** Takes the held samples whose backlog has been read to its end; returns them as current. */
  release(now: number): Released[] {
    const released: Released[] = [];
    for (const state of this.#held) {
      if (state.held === undefined || now - state.held.since < BACKLOG_QUIET_MS) continue;
      const { sample } = state.held;
      state.held = undefined;
      this.#held.delete(state);
      released.push({ sample, state, isPowerChanged: takeValues(state, sample) });
    }
    return released;
  }

  /** Devices whose freshness is another than at the last call. */
  freshnessChanges(now: number): Device[] {
    const changed: Device[] = [];
    for (const state of this.#devices.values()) {
      const freshness = deviceFreshness(state, now);
      if (this.#freshness.get(state) === freshness) continue;
      this.#freshness.set(state, freshness);
      changed.push(viewDevice(state, this.#powerOf(state, now), now));
    }
    return changed;
  }

  state(site: string, id: string): DeviceState | undefined {
    return this.#devices.get(site, id);
  }

  device(site: string, id: string, now: number): Device | undefined {
    const state = this.state(site, id);
    return state && viewDevice(state, this.#powerOf(state, now), now);
  }

  devices(now: number, site?: string): Device[] {
    return [...this.#devices.values(site)].map((state) =>
      viewDevice(state, this.#powerOf(state, now), now),
    );
  }

  /** The devices that take their power from this one, itself included. */
  poweredFrom(site: string, id: string): string[] {
    const fed = Object.entries(own(this.#topology.sites, site)?.devices ?? {})
      .filter(([, config]) => config.poweredBy?.includes(id))
      .map(([fedId]) => fedId);
    return [id, ...fed];
  }

  site(id: string, now: number): Site | undefined {
    const config = own(this.#topology.sites, id);
    const devices = this.devices(now, id);
    if (config === undefined && devices.length === 0) return undefined;
    return viewSite(id, config, devices);
  }

  sites(now: number): Site[] {
    const ids = new Set(Object.keys(this.#topology.sites));
    for (const state of this.#devices.values()) ids.add(state.site);
    return [...ids].map((id) => viewSite(id, own(this.#topology.sites, id), this.devices(now, id)));
  }

  #applyRetained(state: DeviceState, sample: Sample): FleetChange {
    if (sample.metrics.online === false && state.lastSeen === undefined) state.isGone = true;
    return { outcome: 'ignored' };
  }

  #stateFor(sample: Sample): DeviceState | { reason: RejectReason; detail: string } {
    const { site, device, kind } = sample;
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
    const state = newDeviceState(site, device, kind);
    this.#devices.add(state);
    return state;
  }

  /** A scanner's power is the worst of the UPSs that feed it; an unheard or silent UPS is unknown. */
  #powerOf(state: DeviceState, now: number): PowerSource | undefined {
    const feeds = state.config?.poweredBy;
    if (state.kind !== 'scanner' || feeds === undefined || feeds.length === 0) return state.power;
    return worstPowerSource(
      feeds.map((id) => {
        const feed = this.state(state.site, id);
        if (feed === undefined || deviceFreshness(feed, now) === 'offline') return 'unknown';
        return feed.power ?? 'unknown';
      }),
    );
  }
}

/** A device may call itself and its site what it likes, `constructor` too: what objects inherit is no entry. */
function own<T>(entries: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(entries, name) ? entries[name] : undefined;
}

function viewSite(id: string, config: SiteConfig | undefined, devices: readonly Device[]): Site {
  return {
    id,
    name: config?.name ?? { uk: id, en: id },
    ...(config?.lat === undefined ? {} : { lat: config.lat }),
    ...(config?.lon === undefined ? {} : { lon: config.lon }),
    ...(config?.region === undefined ? {} : { region: config.region }),
    ...(config?.queue === undefined ? {} : { queue: config.queue }),
    power: worstPowerSource(devices.flatMap((device) => device.power ?? [])),
    freshness: combinedFreshness(devices.map((device) => device.freshness)),
  };
}
