import type { Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import type { z } from 'zod';
import type { Service } from '../../access-port.ts';
import type { Permission } from '../../contract/access.ts';
import {
  acknowledgeCommandSchema,
  alarmCommandSchema,
  type CommandAnswer,
  incidentCommandSchema,
} from '../../contract/command.ts';
import {
  type ClientEvents,
  type Detail,
  type Frame,
  type Snapshot,
  type WatchAnswer,
  watchSchema,
} from '../../contract/live.ts';
import { ALARM_COMMAND_NEEDS, INCIDENT_COMMAND_NEEDS } from '../../domain/access/permission.ts';
import { may, type Principal } from '../../domain/access/principal.ts';
import type { Clock, Queries } from '../../ports.ts';
import {
  type Attendance,
  type AttendanceOptions,
  attend,
  type LiveNamespace,
  type LiveSocket,
} from './attendance.ts';
import type { Viewer } from './circle.ts';
import { withDetail } from './detail.ts';
import { createDoor, type Door } from './door.ts';
import { Feed } from './feed.ts';
import type { Room } from './room.ts';

/** Room for a refusal to be answered: a larger message ends the connection. */
const MAX_MESSAGE_BYTES = 256 * 1024;
/** A connection that has not asked for the feed by then is ended (ms). */
const JOIN_MS = 5000;

interface LiveOptions extends AttendanceOptions {
  http: HttpServer;
  queries: Queries;
  clock: Clock;
  serviceOf(principal: Principal): Service;
  /** The caller flushes the feed: its seconds are simulated. */
  isDriven?: boolean;
}

type Welcome = LiveOptions & Pick<Door, 'refused'>;

interface Live {
  feed: Feed;
  /** How many pages are connected. */
  connections(): number;
  close(): Promise<void>;
}

/** Serves the feed as the Socket.IO namespace `/live`. */
export function createLive(options: LiveOptions): Live {
  const door = createDoor(options);
  const io = new Server(options.http, {
    serveClient: false,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    connectTimeout: JOIN_MS,
    allowRequest: (request, decide) => decide(null, door.admits(request)),
  });
  io.engine.on('connection', door.entered);
  io.use((_socket, next) => next(new Error('expected the namespace /live')));
  const live: LiveNamespace = io.of('/live');
  const { queries, clock, isDriven = false } = options;
  const feed = new Feed({ queries, clock, ...sendingTo(live), isDriven });
  const attendance = attend(live, options);
  live.on('connection', (socket: LiveSocket) => {
    if (attendance.begin(socket, door.credentialOf(socket.request))) {
      welcome(socket, attendance, feed, { ...options, refused: door.refused });
    }
  });
  if (!isDriven) feed.start();
  return {
    feed,
    connections: () => live.sockets.size,
    close: async () => {
      attendance.stop();
      feed.stop();
      live.disconnectSockets(true);
      // `io.close()` would also wait for every HTTP request under way; the HTTP server ends those itself.
      io.engine.close();
    },
  };
}

/** How the feed reaches its watchers: by a Socket.IO room for each room and detail. */
function sendingTo(live: LiveNamespace) {
  const isWatched = (room: Room, detail: Detail) => live.adapter.rooms.has(channel(room, detail));
  return {
    isWatched,
    send: (frame: Frame, ofDetail: Detail, room: Room) => {
      if (isWatched(room, 'summary')) {
        const shown = ofDetail === 'full' ? withDetail(frame, 'summary') : frame;
        live.to(channel(room, 'summary')).emit('frame', shown);
      }
      // Who began to watch in full while a summary was gathered is sent a snapshot, which is newer.
      if (ofDetail === 'full' && isWatched(room, 'full'))
        live.to(channel(room, 'full')).emit('frame', frame);
    },
    sendSnapshot: (snapshot: Snapshot, room: Room) => {
      for (const detail of ['summary', 'full'] as const) {
        live.to(channel(room, detail)).emit('snapshot', withDetail(snapshot, detail));
      }
    },
  };
}

function channel({ key }: Room, detail: Detail): string {
  return `${detail}:${key}`;
}

function welcome(socket: LiveSocket, attendance: Attendance, feed: Feed, options: Welcome): void {
  socket.on('watch', (...given: unknown[]) => {
    const [request, answer] = split(given);
    const principal = attendance.check(socket);
    const parsed = check(principal, watchSchema, request, () => 'see');
    if (!parsed.ok) return reply(answer, parsed);
    const viewer = principal && viewerOf(principal, options);
    const missing = parsed.value.sites.find((name) => feed.room(name, viewer) === undefined);
    if (missing !== undefined) {
      return reply(answer, refusal('SVT_NOT_FOUND', `no site ${missing}: expected a site or *`));
    }
    const rooms = [...new Set(parsed.value.sites)].flatMap((name) => feed.room(name, viewer) ?? []);
    watch(socket, feed, { ...parsed.value, rooms }, (value) => reply(answer, value));
  });
  takeCommand(socket, attendance, options, {
    event: 'acknowledge',
    schema: acknowledgeCommandSchema,
    needsOf: () => ALARM_COMMAND_NEEDS.acknowledge,
    run: (command, { commands, actor }, name) =>
      commands.actOnAlarm({ type: 'acknowledge', ...command }, actor(name)),
  });
  takeCommand(socket, attendance, options, {
    event: 'alarmCommand',
    schema: alarmCommandSchema,
    needsOf: ({ type }) => ALARM_COMMAND_NEEDS[type],
    run: (command, { commands, actor }, name) => commands.actOnAlarm(command, actor(name)),
  });
  takeCommand(socket, attendance, options, {
    event: 'incidentCommand',
    schema: incidentCommandSchema,
    needsOf: ({ type }) => INCIDENT_COMMAND_NEEDS[type],
    run: (command, { commands, actor }, name) => commands.actOnIncident(command, actor(name)),
  });
}

/** Whose circle somebody watches in; nobody's of those without limits. */
function viewerOf(principal: Principal, { serviceOf }: LiveOptions): Viewer | undefined {
  const { scope } = principal;
  return scope && { scope, queries: () => serviceOf(principal).queries };
}

interface CommandEvent<T> {
  event: Exclude<keyof ClientEvents, 'watch'>;
  schema: z.ZodType<T>;
  needsOf(command: T): Permission;
  run(command: T, service: Service, name: string | undefined): Promise<CommandAnswer>;
}

/** Answers an event that carries a command; it is given in the name that stands in it. */
function takeCommand<T extends { actor?: string | undefined }>(
  socket: LiveSocket,
  attendance: Attendance,
  { log, serviceOf, refused }: Welcome,
  { event, schema, needsOf, run }: CommandEvent<T>,
): void {
  socket.on(event, (...given: unknown[]) => {
    const [request, answer] = split(given);
    const principal = attendance.check(socket);
    const parsed = check(principal, schema, request, needsOf);
    const tell = (value: Checked<T> | CommandAnswer) => {
      const isRefused = !value.ok && value.code === 'SVT_FORBIDDEN';
      if (isRefused) refused(socket.conn, event, principal?.name);
      reply(answer, value);
    };
    if (principal === undefined || !parsed.ok) return tell(parsed);
    const { actor: name, ...command } = parsed.value;
    run(command as T, serviceOf(principal), name)
      .then(tell)
      .catch((error: unknown) => {
        log.error({ err: error, event }, 'live: a command failed');
        reply<CommandAnswer>(answer, { ok: false, code: 'SVT_INTERNAL' });
      });
  });
}

/** Joins the rooms, answers, then sends what was missed or a snapshot of each. */
function watch(
  socket: LiveSocket,
  feed: Feed,
  request: z.infer<typeof watchSchema> & { rooms: readonly Room[] },
  answer: (answer: WatchAnswer) => void,
): void {
  for (const joined of socket.rooms) if (joined !== socket.id) socket.leave(joined);
  const { rooms } = request;
  const [first] = rooms;
  const epoch = first === undefined ? feed.epoch : feed.epochOf(first);
  const seqs: Record<string, number> = {};
  const missed = rooms.map((room) => {
    socket.join(channel(room, request.detail));
    seqs[room.name] = room.seq;
    const isKnown = request.epoch === epoch && Object.hasOwn(request.seqs ?? {}, room.name);
    const from = isKnown ? request.seqs?.[room.name] : undefined;
    return { room, frames: from === undefined ? undefined : room.since(from, request.detail) };
  });
  const resync = missed.some(({ frames }) => frames === undefined);
  answer({ ok: true, epoch, seqs, resync });
  for (const { room, frames } of missed) {
    if (frames === undefined) {
      socket.emit('snapshot', withDetail(feed.snapshot(room), request.detail));
    } else {
      for (const frame of frames) socket.emit('frame', withDetail(frame, request.detail));
    }
  }
}

type Checked<T> = { ok: true; value: T } | ReturnType<typeof refusal>;

/** Whether the client said it well and may do this. */
function check<T>(
  principal: Principal | undefined,
  schema: z.ZodType<T>,
  request: unknown,
  needsOf: (value: T) => Permission,
): Checked<T> {
  const parsed = schema.safeParse(request);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refusal('SVT_BAD_REQUEST', `${issue?.path.join('.')}: ${issue?.message}`);
  }
  const needs = needsOf(parsed.data);
  if (!may(principal, needs)) return refusal('SVT_FORBIDDEN', `expected the permission ${needs}`);
  return { ok: true, value: parsed.data };
}

function refusal(code: string, message: string) {
  return { ok: false as const, code, message };
}

/** The argument and the acknowledgement, either of which a hostile client may leave out. */
function split(given: readonly unknown[]): [argument: unknown, answer: unknown] {
  const answer = given.findLast((one) => typeof one === 'function');
  return [given[0] === answer ? undefined : given[0], answer];
}

function reply<T>(answer: unknown, value: T): void {
  if (typeof answer === 'function') answer(value);
}
