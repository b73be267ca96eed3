import type { Device, Site } from '../../contract/device.ts';

interface Reader {
  device(site: string, id: string): Device | undefined;
  /** The site where the room does not know it as it is now. */
  changedSite(site: string): Site | undefined;
}

/**
 * The readings of a room's next frame, taken a few at a time: with a large fleet an alarm would wait
 * behind all of them. What is told of a device or site meanwhile is newer, and takes it out again.
 */
export class Gathering {
  readonly #waiting: Set<string>;
  readonly #devices = new Map<string, Device>();
  readonly #sites = new Map<string, Site>();
  readonly #seenSites = new Set<string>();

  /** Devices as `site/id`. */
  constructor(keys: Iterable<string>) {
    this.#waiting = new Set(keys);
  }

  get isDone(): boolean {
    return this.#waiting.size === 0;
  }

  /** Devices that are read and not taken out yet. */
  get size(): number {
    return this.#devices.size;
  }

  take(limit: number, reader: Reader): void {
    let left = limit;
    for (const key of this.#waiting) {
      if (left === 0) return;
      left -= 1;
      this.#waiting.delete(key);
      const [site = '', id = ''] = key.split('/');
      const device = reader.device(site, id);
      if (device !== undefined) this.#devices.set(key, device);
      if (this.#seenSites.has(site)) continue;
      this.#seenSites.add(site);
      const changed = reader.changedSite(site);
      if (changed !== undefined) this.#sites.set(site, changed);
    }
  }

  /** Answers the site, where it was still to be told. */
  forget(site: string, devices: readonly Device[]): Site | undefined {
    const untold = this.#sites.get(site);
    this.#sites.delete(site);
    for (const { id } of devices) {
      this.#waiting.delete(`${site}/${id}`);
      this.#devices.delete(`${site}/${id}`);
    }
    return untold;
  }

  /** Takes out what has been read. */
  content(): { devices?: Device[]; sites?: Site[] } {
    const devices = [...this.#devices.values()];
    const sites = [...this.#sites.values()];
    this.#devices.clear();
    this.#sites.clear();
    return {
      ...(devices.length === 0 ? {} : { devices }),
      ...(sites.length === 0 ? {} : { sites }),
    };
  }
}
