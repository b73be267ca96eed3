import { randomUUID } from 'node:crypto';
import type { Alarm } from '../../contract/alarm.ts';
import type { Site } from '../../contract/device.ts';
import type { Incident } from '../../contract/incident.ts';
import type { Detail, Frame, Platform, Snapshot } from '../../contract/live.ts';
import type { Clock, LiveFeed, Queries } from '../../ports.ts';
import { alarmsShown, showsAlarm, showsIncident } from './cover.ts';
import { Gathering } from './gathering.ts';
import { platformOf } from './platform.ts';
import { type FrameContent, Room } from './room.ts';

const FRAME_MS = 1000;
const BEAT_MS = 5000;
const MAX_ROOMS = 1000;
/** Devices that are read before anything else gets its turn: about half a millisecond. */
const DEVICES_A_TURN = 25;
/** A frame is written in one go, and one of so many devices within some milliseconds. */
const DEVICES_A_FRAME = 1000;

interface FeedOptions {
  queries: Pick<
    Queries,
    'sites' | 'devices' | 'device' | 'alarms' | 'incidents' | 'site' | 'poweredFrom' | 'readiness'
  >;
  clock: Clock;
  /** Sends a frame to everybody who watches its room; its devices are in this detail. */
  send(frame: Frame, detail: Detail): void;
  /** Whether somebody watches the room in full. */
  isWatchedInFull(room: string): boolean;
  /** Time is simulated: what is urgent goes out at once, however much it is. */
  isDriven?: boolean;
  /** Sends a snapshot to everybody who watches its room. */
  sendSnapshot(snapshot: Snapshot): void;
}

/**
 * The live feed's protocol, without its socket: rooms with numbered frames. Readings wait for the next
 * frame of the second; power changes, alarms and incidents go out at once, and in a storm of them in
 * four batches a second.
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
    this.#timer = setInterval(() => {
      for (const room of this.#rooms.values()) void this.#gather(room);
    }, FRAME_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const room of this.#rooms.values()) room.stopTimers();
  }

  /** The room of a site or `*`, opened at its first watcher; `undefined` for a site nobody knows. */
  room(name: string): Room | undefined {
    const open = this.#rooms.get(name);
    if (open !== undefined) return open;
    const isKnown = name === '*' || this.#options.queries.site(name) !== undefined;
    if (!isKnown || this.#rooms.size >= MAX_ROOMS) return undefined;
    const room = new Room(name, this.#options.clock.now());
    room.sentPlatform = JSON.stringify(platformOf(this.#options.queries.readiness()));
    this.#rooms.set(name, room);
    return room;
  }

  snapshot(room: Room): Snapshot {
    this.#finish(room);
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
      alarms: alarmsShown(room.name, queries),
      incidents: queries.incidents().filter((one) => showsIncident(room.name, one)),
      platform: platformOf(this.#options.queries.readiness()),
    };
  }

  deviceChanged(site: string, device: string): void {
    for (const room of this.#roomsOf(site)) room.dirtyDevices.add(`${site}/${device}`);
  }

  powerChanged(site: string, device: string): void {
    const ids = this.#options.queries.poweredFrom(site, device);
    for (const room of this.#roomsOf(site)) {
      const waitMs = this.#isPaced ? room.powerPace.waitMs(performance.now()) : 0;
      if (waitMs === 0 && room.powerTimer === undefined) {
        room.powerPace.sent(performance.now());
        this.#emitPower(room, site, ids);
      } else {
        for (const id of ids) room.dirtyDevices.add(`${site}/${id}`);
        room.powerTimer ??= setTimeout(() => this.#gatherPower(room), waitMs);
      }
    }
  }

  alarmsChanged(alarms: readonly Alarm[]): void {
    const told = new Set<Room>();
    for (const alarm of alarms) {
      for (const room of this.#roomsShowing(alarm)) {
        room.news.addAlarm(alarm);
        told.add(room);
      }
    }
    this.#tell(told);
  }

  incidentsChanged(incidents: readonly Incident[]): void {
    const told = new Set<Room>();
    for (const incident of incidents) {
      for (const room of this.#roomsNamed(incident)) {
        room.news.addIncident(incident);
        told.add(room);
      }
    }
    this.#tell(told);
  }

  /** Frames cannot take a site or device away: after a change of configuration all get a snapshot. */
  topologyChanged(): void {
    for (const room of this.#rooms.values()) {
      room.restart(this.#options.clock.now());
      this.#options.sendSnapshot(this.snapshot(room));
    }
  }

  /** Sends what has changed, and the beat where nothing was sent for 5 s, without giving way. */
  flush(now: number): void {
    for (const room of this.#rooms.values()) {
      room.news.tellAll(this.#newsOf(room));
      if (this.#begin(room, now)) this.#finish(room);
    }
  }

  /** The same, a few devices at a time. */
  async #gather(room: Room): Promise<void> {
    if (!this.#begin(room, this.#options.clock.now())) return;
    const { gathering } = room;
    while (gathering !== undefined && gathering === room.gathering) {
      gathering.take(DEVICES_A_TURN, this.#reader(room));
      if (gathering.isDone) {
        this.#finish(room);
        return;
      }
      if (gathering.size >= DEVICES_A_FRAME) {
        this.#emit(room, gathering.content(), room.gatheredIn);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Says whether there is something to gather; a beat, or the monitor's own state, goes out at once. */
  #begin(room: Room, now: number): boolean {
    if (room.gathering !== undefined) return false;
    if (room.dirtyDevices.size > 0) {
      room.gathering = new Gathering(room.dirtyDevices);
      room.gatheredIn = this.#options.isWatchedInFull(room.name) ? 'full' : 'summary';
      room.dirtyDevices.clear();
      return true;
    }
    const platform = this.#changedPlatform(room);
    if (platform.platform !== undefined || isBeatDue(now, room.sentAt))
      this.#emit(room, platform, 'full');
    return false;
  }

  #finish(room: Room): void {
    const { gathering } = room;
    if (gathering === undefined) return;
    gathering.take(Number.POSITIVE_INFINITY, this.#reader(room));
    room.gathering = undefined;
    const content = { ...gathering.content(), ...this.#changedPlatform(room) };
    this.#emit(room, content, room.gatheredIn);
  }

  /** Whether urgent frames are held apart. */
  get #isPaced(): boolean {
    return this.#options.isDriven !== true;
  }

  #emitPower(room: Room, site: string, ids: readonly string[]): void {
    const devices = ids.flatMap((id) => this.#options.queries.device(site, id) ?? []);
    for (const { id } of devices) room.dirtyDevices.delete(`${site}/${id}`);
    const untold = room.gathering?.forget(site, devices);
    const changed = this.#changedSite(room, site) ?? untold;
    this.#emit(room, { devices, ...(changed === undefined ? {} : { sites: [changed] }) }, 'full');
  }

  /** Changes of power that waited go out with the readings, as soon as those before them are out. */
  #gatherPower(room: Room): void {
    if (room.gathering !== undefined) {
      room.powerTimer = setTimeout(() => this.#gatherPower(room), 0);
      return;
    }
    room.powerTimer = undefined;
    room.powerPace.sent(performance.now());
    void this.#gather(room);
  }

  #tell(rooms: Iterable<Room>): void {
    for (const room of rooms) {
      const emit = this.#newsOf(room);
      if (this.#isPaced) room.news.tell(emit);
      else room.news.tellAll(emit);
    }
  }

  #newsOf(room: Room) {
    return (content: FrameContent) => this.#emit(room, content, 'full');
  }

  #roomsShowing(alarm: Alarm): Room[] {
    if (alarm.site !== '*') return this.#roomsOf(alarm.site);
    return [...this.#rooms.values()].filter(({ name }) =>
      showsAlarm(name, this.#options.queries.site(name), alarm),
    );
  }

  #roomsNamed(incident: Incident): Room[] {
    if (incident.sites.length === 0) return [...this.#rooms.values()];
    return ['*', ...incident.sites].flatMap((name) => this.#rooms.get(name) ?? []);
  }

  #reader(room: Room) {
    const { queries } = this.#options;
    return {
      device: (site: string, id: string) => queries.device(site, id, room.gatheredIn),
      changedSite: (site: string) => this.#changedSite(room, site),
    };
  }

  #roomsOf(site: string): Room[] {
    return ['*', site].flatMap((name) => this.#rooms.get(name) ?? []);
  }

  #changedPlatform(room: Room): { platform?: Platform } {
    const platform = platformOf(this.#options.queries.readiness());
    const encoded = JSON.stringify(platform);
    if (encoded === room.sentPlatform) return {};
    room.sentPlatform = encoded;
    return { platform };
  }

  #changedSite(room: Room, id: string): Site | undefined {
    const site = this.#options.queries.site(id);
    if (site === undefined) return undefined;
    const encoded = JSON.stringify(site);
    const isKnown = room.sentSites.get(id) === encoded;
    room.sentSites.set(id, encoded);
    return isKnown ? undefined : site;
  }

  #emit(room: Room, content: FrameContent, detail: Detail): void {
    this.#options.send(room.next(content, this.#options.clock.now(), detail), detail);
  }
}

/** The flush after this one would come too late for a beat every 5 s; a clock set back would, too. */
function isBeatDue(now: number, sentAt: number): boolean {
  return now < sentAt || now + FRAME_MS - sentAt >= BEAT_MS;
}
