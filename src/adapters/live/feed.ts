import { randomUUID } from 'node:crypto';
import type { Alarm } from '../../contract/alarm.ts';
import type { Site } from '../../contract/device.ts';
import type { Incident } from '../../contract/incident.ts';
import type { Detail, Frame, Platform, Snapshot } from '../../contract/live.ts';
import { scopeKey } from '../../domain/access/scope.ts';
import { alarmSeen } from '../../domain/access/sight.ts';
import type { Clock, LiveFeed, Queries } from '../../ports.ts';
import { Circle, type Viewer } from './circle.ts';
import { alarmsShown, showsAlarm, showsIncident } from './cover.ts';
import { Gathering } from './gathering.ts';
import { platformOf } from './platform.ts';
import { type FrameContent, Room } from './room.ts';

const FRAME_MS = 1000;
const BEAT_MS = 5000;
/** Of those without limits, and of all others together. */
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
  /** Sends a frame to everybody who watches the room; its devices are in this detail. */
  send(frame: Frame, detail: Detail, room: Room): void;
  /** Whether somebody watches the room in this detail. */
  isWatched(room: Room, detail: Detail): boolean;
  /** Time is simulated: what is urgent goes out at once, however much it is. */
  isDriven?: boolean;
  /** Sends a snapshot to everybody who watches the room. */
  sendSnapshot(snapshot: Snapshot, room: Room): void;
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
  /** The rooms of those without limits. */
  readonly #rooms = new Map<string, Room>();
  /** Those with limits, by these. */
  readonly #circles = new Map<string, Circle>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#giveUpLeft(this.#options.clock.now());
      for (const room of this.#allRooms()) void this.#gather(room);
    }, FRAME_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const room of this.#allRooms()) room.stopTimers();
  }

  /**
   * The room of a site or `*`, opened at its first watcher; `undefined` for a site that nobody knows, or
   * that this viewer's limits do not cover. Without a viewer it is of those without limits.
   */
  room(name: string, viewer?: Viewer): Room | undefined {
    const circle = viewer && this.#circleOf(viewer);
    const open = (circle?.rooms ?? this.#rooms).get(name);
    if (open !== undefined && circle === undefined) return open;
    // A change of the topology may have taken the site of an open room out of the limits.
    const { queries } = circle ?? this.#options;
    if (name !== '*' && queries.site(name) === undefined) return undefined;
    return open ?? this.#open(name, circle);
  }

  /** What a room's numbers are counted in. */
  epochOf({ circle }: Room): string {
    return circle?.epoch ?? this.epoch;
  }

  #open(name: string, circle: Circle | undefined): Room | undefined {
    const limited = [...this.#circles.values()].reduce((sum, { rooms }) => sum + rooms.size, 0);
    const size = circle === undefined ? this.#rooms.size : limited;
    if (size >= MAX_ROOMS) return undefined;
    const room = new Room(name, this.#options.clock.now(), circle);
    room.sentPlatform = JSON.stringify(platformOf(this.#options.queries.readiness()));
    if (circle !== undefined) this.#circles.set(circle.key, circle);
    (circle?.rooms ?? this.#rooms).set(name, room);
    return room;
  }

  #circleOf(viewer: Viewer): Circle {
    return this.#circles.get(scopeKey(viewer.scope)) ?? new Circle(viewer, this.#options.queries);
  }

  /** Rooms of limits that nobody has any more. */
  #giveUpLeft(now: number): void {
    const { isWatched } = this.#options;
    const isHeard = (room: Room) => isWatched(room, 'summary') || isWatched(room, 'full');
    for (const [key, circle] of this.#circles) {
      if (!circle.isLeft(isHeard, now)) continue;
      circle.stop();
      this.#circles.delete(key);
    }
  }

  snapshot(room: Room): Snapshot {
    this.#finish(room);
    const { clock } = this.#options;
    const { circle } = room;
    const { queries } = circle ?? this.#options;
    const site = room.name === '*' ? undefined : room.name;
    const sites = queries.sites().filter(({ id }) => room.covers(id));
    for (const one of sites) room.noteShown(one.id, JSON.stringify(one));
    const incidents = queries.incidents().filter((one) => showsIncident(room.name, one));
    circle?.show(incidents);
    return {
      room: room.name,
      epoch: this.epochOf(room),
      seq: room.seq,
      serverTime: clock.now(),
      sites,
      devices: queries.devices(site),
      alarms: alarmsShown(room.name, queries),
      incidents,
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
    const tell = (rooms: Iterable<Room>, alarm: Alarm) => {
      for (const room of rooms) {
        room.news.addAlarm(alarm);
        told.add(room);
      }
    };
    for (const alarm of alarms) {
      tell(this.#roomsShowing(alarm), alarm);
      if (this.#circles.size === 0) continue;
      for (const circle of this.#circles.values()) {
        const seen = alarmSeen(alarm, circle.sight);
        if (seen !== undefined) tell(this.#roomsShowing(seen, circle), seen);
      }
    }
    this.#tell(told);
  }

  incidentsChanged(incidents: readonly Incident[]): void {
    const told = new Set<Room>();
    const tell = (rooms: Iterable<Room>, incident: Incident) => {
      for (const room of rooms) {
        room.news.addIncident(incident);
        told.add(room);
      }
    };
    for (const incident of incidents) tell(roomsNamed(incident, this.#rooms), incident);
    for (const circle of this.#circles.values()) {
      const seen = incidents.map((incident) => circle.seen(incident));
      if (seen.includes('gone')) this.#tellAnew(circle.rooms.values());
      else for (const one of seen) if (isIncident(one)) tell(roomsNamed(one, circle.rooms), one);
    }
    this.#tell(told);
  }

  /** Frames cannot take a site or device away: after a change of configuration all get a snapshot. */
  topologyChanged(): void {
    for (const circle of this.#circles.values()) circle.renew();
    this.#tellAnew(this.#allRooms());
  }

  /** Everything, where frames cannot say what is gone. */
  #tellAnew(rooms: Iterable<Room>): void {
    for (const room of rooms) {
      if (room.circle !== undefined) room.news.drop();
      room.restart(this.#options.clock.now());
      this.#options.sendSnapshot(this.snapshot(room), room);
    }
  }

  /** Sends what has changed, and the beat where nothing was sent for 5 s, without giving way. */
  flush(now: number): void {
    this.#giveUpLeft(now);
    for (const room of this.#allRooms()) {
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
      room.gatheredIn = this.#options.isWatched(room, 'full') ? 'full' : 'summary';
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

  #roomsShowing(alarm: Alarm, circle?: Circle): Room[] {
    const rooms = circle?.rooms ?? this.#rooms;
    if (alarm.site !== '*') return ['*', alarm.site].flatMap((name) => rooms.get(name) ?? []);
    const { queries } = circle ?? this.#options;
    return [...rooms.values()].filter(({ name }) => showsAlarm(name, queries.site(name), alarm));
  }

  #reader(room: Room) {
    const { queries } = this.#options;
    return {
      device: (site: string, id: string) => queries.device(site, id, room.gatheredIn),
      changedSite: (site: string) => this.#changedSite(room, site),
    };
  }

  #roomsOf(site: string): Room[] {
    const rooms = ['*', site].flatMap((name) => this.#rooms.get(name) ?? []);
    if (this.#circles.size === 0) return rooms;
    for (const circle of this.#circles.values()) {
      if (circle.sight.covers(site)) rooms.push(...circle.roomsOf(site));
    }
    return rooms;
  }

  *#allRooms(): Generator<Room> {
    yield* this.#rooms.values();
    for (const { rooms } of this.#circles.values()) yield* rooms.values();
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
    this.#options.send(room.next(content, this.#options.clock.now(), detail), detail, room);
  }
}

/** The flush after this one would come too late for a beat every 5 s; a clock set back would, too. */
function isBeatDue(now: number, sentAt: number): boolean {
  return now < sentAt || now + FRAME_MS - sentAt >= BEAT_MS;
}

function roomsNamed({ sites }: Incident, rooms: ReadonlyMap<string, Room>): Room[] {
  if (sites.length === 0) return [...rooms.values()];
  return ['*', ...sites].flatMap((name) => rooms.get(name) ?? []);
}

function isIncident(seen: Incident | 'gone' | undefined): seen is Incident {
  return seen !== undefined && seen !== 'gone';
}
