import { randomUUID } from 'node:crypto';
import type { Alarm } from '../../contract/alarm.ts';
import type { Device, Site } from '../../contract/device.ts';
import type { Frame, Platform, Snapshot } from '../../contract/live.ts';
import type { Clock, LiveFeed, Queries } from '../../ports.ts';
import { Room } from './room.ts';

const FRAME_MS = 1000;
const BEAT_MS = 5000;
const MAX_ROOMS = 1000;

interface FeedOptions {
  queries: Pick<
    Queries,
    'sites' | 'devices' | 'device' | 'alarms' | 'site' | 'poweredFrom' | 'readiness'
  >;
  clock: Clock;
  /** Sends a frame to everybody who watches its room. */
  send(frame: Frame): void;
  /** Sends a snapshot to everybody who watches its room. */
  sendSnapshot(snapshot: Snapshot): void;
}

/**
 * The live feed's protocol, without its socket: rooms with numbered frames. Readings wait for the next
 * frame of the second; power changes and alarms go out at once.
 */
export class Feed implements LiveFeed {
  /** New at every start: a client that knows another one asks for a snapshot. */
  readonly epoch = randomUUID();
  readonly #options: FeedOptions;
  readonly #rooms = new Map<string, Room>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.flush(this.#options.clock.now()), FRAME_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The room of a site or `*`, opened at its first watcher; `undefined` for a site nobody knows. */
  room(name: string): Room | undefined {
    const open = this.#rooms.get(name);
    if (open !== undefined) return open;
    const isKnown = name === '*' || this.#options.queries.site(name) !== undefined;
    if (!isKnown || this.#rooms.size >= MAX_ROOMS) return undefined;
    const room = new Room(name, this.#options.clock.now());
    room.sentPlatform = JSON.stringify(this.#platform());
    this.#rooms.set(name, room);
    return room;
  }

  snapshot(room: Room): Snapshot {
    const { queries, clock } = this.#options;
    const site = room.name === '*' ? undefined : room.name;
    const sites = queries.sites().filter(({ id }) => room.covers(id));
    for (const one of sites) room.noteShown(one.id, JSON.stringify(one));
    return {
      room: room.name,
      epoch: this.epoch,
      seq: room.seq,
      serverTime: clock.now(),
      sites,
      devices: queries.devices(site),
      alarms: queries.alarms({ state: 'active', ...(site === undefined ? {} : { site }) }),
      incidents: [],
      platform: this.#platform(),
    };
  }

  deviceChanged(site: string, device: string): void {
    for (const room of this.#roomsOf(site)) room.dirtyDevices.add(`${site}/${device}`);
  }

  powerChanged(site: string, device: string): void {
    const { queries } = this.#options;
    const devices = queries
      .poweredFrom(site, device)
      .flatMap((id) => queries.device(site, id) ?? []);
    for (const room of this.#roomsOf(site)) {
      for (const { id } of devices) room.dirtyDevices.delete(`${site}/${id}`);
      this.#emit(room, { devices, ...this.#changedSites(room, new Set([site])) });
    }
  }

  alarmsChanged(alarms: readonly Alarm[]): void {
    for (const room of this.#rooms.values()) {
      const covered = alarms.filter(({ site }) => room.covers(site));
      if (covered.length > 0) this.#emit(room, { alarms: covered });
    }
  }

  /** Frames cannot take a site or device away: after a change of configuration all get a snapshot. */
  topologyChanged(): void {
    for (const room of this.#rooms.values()) {
      room.restart(this.#options.clock.now());
      this.#options.sendSnapshot(this.snapshot(room));
    }
  }

  /** Sends what has gathered, and the beat where nothing was sent for 5 s. */
  flush(now: number): void {
    for (const room of this.#rooms.values()) {
      const platform = this.#changedPlatform(room);
      if (room.dirtyDevices.size === 0) {
        if (platform.platform !== undefined || isBeatDue(now, room.sentAt))
          this.#emit(room, platform);
        continue;
      }
      const devices: Device[] = [];
      const sites = new Set<string>();
      for (const key of room.dirtyDevices) {
        const [site = '', id = ''] = key.split('/');
        const device = this.#options.queries.device(site, id);
        if (device !== undefined) devices.push(device);
        sites.add(site);
      }
      room.dirtyDevices.clear();
      this.#emit(room, { devices, ...this.#changedSites(room, sites), ...platform });
    }
  }

  #roomsOf(site: string): Room[] {
    return ['*', site].flatMap((name) => this.#rooms.get(name) ?? []);
  }

  /** Without the details, which are for whoever runs the monitor: `/readyz` has them. */
  #platform(): Platform {
    return Object.fromEntries(
      Object.entries(this.#options.queries.readiness()).map(([name, { isReady, state }]) => [
        name,
        { isReady, state },
      ]),
    );
  }

  #changedPlatform(room: Room): { platform?: Platform } {
    const platform = this.#platform();
    const encoded = JSON.stringify(platform);
    if (encoded === room.sentPlatform) return {};
    room.sentPlatform = encoded;
    return { platform };
  }

  #changedSites(room: Room, ids: ReadonlySet<string>): { sites?: Site[] } {
    const changed: Site[] = [];
    for (const id of ids) {
      const site = this.#options.queries.site(id);
      if (site === undefined) continue;
      const encoded = JSON.stringify(site);
      if (room.sentSites.get(id) !== encoded) changed.push(site);
      room.sentSites.set(id, encoded);
    }
    return changed.length > 0 ? { sites: changed } : {};
  }

  #emit(room: Room, content: Pick<Frame, 'sites' | 'devices' | 'alarms' | 'platform'>): void {
    this.#options.send(room.next(content, this.#options.clock.now()));
  }
}

/** The flush after this one would come too late for a beat every 5 s; a clock set back would, too. */
function isBeatDue(now: number, sentAt: number): boolean {
  return now < sentAt || now + FRAME_MS - sentAt >= BEAT_MS;
}
