import type { DeviceState } from './device-state.ts';

/** Devices by site and id: two lookups by names that are at hand, instead of one by a name to be made. */
export class DeviceIndex {
  readonly #sites = new Map<string, Map<string, DeviceState>>();

  get(site: string, id: string): DeviceState | undefined {
    return this.#sites.get(site)?.get(id);
  }

  /** Adds a device, or puts it in the place of the one with its name. */
  add(state: DeviceState): void {
    const devices = this.#sites.get(state.site);
    if (devices === undefined) this.#sites.set(state.site, new Map([[state.id, state]]));
    else devices.set(state.id, state);
  }

  delete({ site, id }: DeviceState): void {
    const devices = this.#sites.get(site);
    devices?.delete(id);
    if (devices?.size === 0) this.#sites.delete(site);
  }

  /** Of one site, or of all. */
  *values(site?: string): Generator<DeviceState> {
    if (site !== undefined) {
      yield* this.#sites.get(site)?.values() ?? [];
      return;
    }
    for (const devices of this.#sites.values()) yield* devices.values();
  }
}
