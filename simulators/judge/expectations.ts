import type { Topology } from '../../src/contract/config.ts';
import type { Kind } from '../../src/contract/kind.ts';
import type {
  DeviceKey,
  MainsChange,
  StateChange,
  Transmission,
  WireFault,
  Witness,
} from '../truth/witness.ts';
import { KnownDevice } from './known-device.ts';

const DEFAULT_INTERVAL_SECONDS = 5;

/** Mains was truly away at a site; without `endMs`, to the end of the run. */
export interface Interruption {
  site: string;
  startMs: number;
  endMs?: number;
  cause: string;
}

/** What a right monitor must find, from what truly happened and what it was sent. */
export class Expectations implements Witness {
  readonly interruptions: Interruption[] = [];
  readonly devices = new Map<DeviceKey, KnownDevice>();
  readonly #bySite = new Map<string, KnownDevice[]>();
  published = 0;
  readonly #topology: Topology;
  readonly #isReceiptExact: boolean;
  #pending: Transmission[] = [];

  /** `isReceiptExact`: the monitor's clock is ours. */
  constructor(topology: Topology, isReceiptExact: boolean) {
    this.#topology = topology;
    this.#isReceiptExact = isReceiptExact;
    for (const [site, { devices }] of Object.entries(topology.sites)) {
      for (const [id, { kind, interval = DEFAULT_INTERVAL_SECONDS }] of Object.entries(devices)) {
        const key = `${site}/${id}`;
        const device = new KnownDevice(key, kind, interval * 1000);
        this.devices.set(key, device);
        this.#bySite.set(site, [...(this.#bySite.get(site) ?? []), device]);
      }
    }
  }

  sites(): string[] {
    return Object.keys(this.#topology.sites);
  }

  hasSite(site: string): boolean {
    return this.#topology.sites[site] !== undefined;
  }

  /** The sites of each region and of each outage queue, by `lviv` and `queue:3.1`. */
  districts(): Map<string, string[]> {
    const districts = new Map<string, string[]>();
    for (const [site, { region, queue }] of Object.entries(this.#topology.sites)) {
      const names = [region, queue === undefined ? undefined : `queue:${queue}`];
      for (const name of names) {
        if (name !== undefined) districts.set(name, [...(districts.get(name) ?? []), site]);
      }
    }
    return districts;
  }

  /** How long the correlation waits for others, and before somebody is told (ms). */
  get policy() {
    const { siteWindow, regionWindow, groupWait, holdAfterSource } = this.#topology.incidents;
    return {
      siteWindowMs: siteWindow * 1000,
      regionWindowMs: regionWindow * 1000,
      groupWaitMs: groupWait * 1000,
      holdMs: holdAfterSource * 1000,
    };
  }

  devicesAt(site: string): KnownDevice[] {
    return this.#bySite.get(site) ?? [];
  }

  /** The UPSs, or the supply meters, of a site. */
  devicesOf(site: string, kind: Kind): KnownDevice[] {
    return this.devicesAt(site).filter((device) => device.kind === kind);
  }

  mains({ at, site, isPresent, cause }: MainsChange): void {
    if (!isPresent) {
      this.interruptions.push({ site, startMs: at, cause });
      return;
    }
    const open = this.interruptions.findLast((one) => one.site === site);
    if (open !== undefined && open.endMs === undefined) open.endMs = at;
  }

  state(change: StateChange): void {
    this.devices.get(change.device)?.truth.push(change);
  }

  fault(_fault: WireFault): void {
    // What was done to a message shows in what is transmitted.
  }

  transmitted(sent: Transmission): void {
    this.#pending.push(sent);
  }

  /** All that was transmitted so far is received at `now` (ms since 1970 UTC). */
  received(now: number): void {
    for (const sent of this.#pending) {
      if (sent.channel === 'telemetry') this.published += 1;
      this.devices.get(sent.device)?.receive(sent, now, this.#isReceiptExact);
    }
    this.#pending = [];
  }
}
