import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { Server, type Socket } from 'socket.io';
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
  type ServerEvents,
  type Snapshot,
  type WatchAnswer,
  watchSchema,
} from '../../contract/live.ts';
import { ALARM_COMMAND_NEEDS, INCIDENT_COMMAND_NEEDS } from '../../domain/access/permission.ts';
import { may, type Principal } from '../../domain/access/principal.ts';
import type { Clock, Queries } from '../../ports.ts';
import { withDetail } from './detail.ts';
import { Feed } from './feed.ts';

type LiveSocket = Socket<ClientEvents, ServerEvents>;

/** Room for a refusal to be answered: a larger message ends the connection. */
const MAX_MESSAGE_BYTES = 256 * 1024;

interface LiveOptions {
  http: HttpServer;
  queries: Queries;
  clock: Clock;
  log: Logger;
  /** Who opens a connection; undefined refuses it. */
  identify(request: IncomingMessage): Principal | undefined;
  serviceOf(principal: Principal): Service;
  /** The caller flushes the feed: its seconds are simulated. */
  isDriven?: boolean;
}

interface Live {
  feed: Feed;
  /** How many pages are connected. */
  connections(): number;
  close(): Promise<void>;
}

/** Serves the feed as the Socket.IO namespace `/live`. */
export function createLive(options: LiveOptions): Live {
  const io = new Server(options.http, {
    serveClient: false,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    allowRequest: (request, decide) => decide(null, options.identify(request) !== undefined),
  });
  const live = io.of('/live');
  const isWatched = (room: string, detail: Detail) => live.adapter.rooms.has(channel(room, detail));
  const send = (frame: Frame, ofDetail: Detail) => {
    const { room } = frame;
    if (isWatched(room, 'summary')) {
      const shown = ofDetail === 'full' ? withDetail(frame, 'summary') : frame;
      live.to(channel(room, 'summary')).emit('frame', shown);
    }
    // Who began to watch in full while a summary was gathered is sent a snapshot, which is newer.
    if (ofDetail === 'full' && isWatched(room, 'full'))
      live.to(channel(room, 'full')).emit('frame', frame);
  };
  const sendSnapshot = (snapshot: Snapshot) => {
    for (const detail of ['summary', 'full'] as const) {
      live.to(channel(snapshot.room, detail)).emit('snapshot', withDetail(snapshot, detail));
    }
  };
  const { queries, clock } = options;
  const isWatchedInFull = (room: string) => isWatched(room, 'full');
  const { isDriven = false } = options;
  const feed = new Feed({ queries, clock, send, isWatchedInFull, sendSnapshot, isDriven });
  live.on('connection', (socket: LiveSocket) => {
    const principal = options.identify(socket.request);
    if (principal === undefined) socket.disconnect(true);
    else welcome(socket, principal, feed, options);
  });
  if (!isDriven) feed.start();
  return {
    feed,
    connections: () => live.sockets.size,
    close: async () => {
      feed.stop();
      live.disconnectSockets(true);
      // `io.close()` would also wait for every HTTP request under way; the HTTP server ends those itself.
      io.engine.close();
    },
  };
}

function channel(room: string, detail: Detail): string {
  return `${detail}:${room}`;
}

function welcome(socket: LiveSocket, principal: Principal, feed: Feed, options: LiveOptions): void {
  const who = { principal, service: options.serviceOf(principal) };
  socket.on('watch', (...given: unknown[]) => {
    const [request, answer] = split(given);
    const parsed = check(principal, watchSchema, request, () => 'see');
    if (!parsed.ok) return reply(answer, parsed);
    const missing = parsed.value.sites.find((name) => feed.room(name) === undefined);
    if (missing !== undefined) {
      return reply(answer, refusal('SVT_NOT_FOUND', `no site ${missing}: expected a site or *`));
    }
    watch(socket, feed, parsed.value, (value) => reply(answer, value));
  });
  takeCommand(socket, who, options, {
    event: 'acknowledge',
    schema: acknowledgeCommandSchema,
    needsOf: () => ALARM_COMMAND_NEEDS.acknowledge,
    run: (command, { commands, actor }, name) =>
      commands.actOnAlarm({ type: 'acknowledge', ...command }, actor(name)),
  });
  takeCommand(socket, who, options, {
    event: 'alarmCommand',
    schema: alarmCommandSchema,
    needsOf: ({ type }) => ALARM_COMMAND_NEEDS[type],
    run: (command, { commands, actor }, name) => commands.actOnAlarm(command, actor(name)),
  });
  takeCommand(socket, who, options, {
    event: 'incidentCommand',
    schema: incidentCommandSchema,
    needsOf: ({ type }) => INCIDENT_COMMAND_NEEDS[type],
    run: (command, { commands, actor }, name) => commands.actOnIncident(command, actor(name)),
  });
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
  { principal, service }: { principal: Principal; service: Service },
  { log }: LiveOptions,
  { event, schema, needsOf, run }: CommandEvent<T>,
): void {
  socket.on(event, (...given: unknown[]) => {
    const [request, answer] = split(given);
    const parsed = check(principal, schema, request, needsOf);
    if (!parsed.ok) return reply<CommandAnswer>(answer, parsed);
    const { actor: name, ...command } = parsed.value;
    run(command as T, service, name)
      .then((value) => reply(answer, value))
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
  request: z.infer<typeof watchSchema>,
  answer: (answer: WatchAnswer) => void,
): void {
  for (const joined of socket.rooms) if (joined !== socket.id) socket.leave(joined);
  const rooms = [...new Set(request.sites)].flatMap((name) => feed.room(name) ?? []);
  const seqs: Record<string, number> = {};
  const missed = rooms.map((room) => {
    socket.join(channel(room.name, request.detail));
    seqs[room.name] = room.seq;
    const isKnown = request.epoch === feed.epoch && Object.hasOwn(request.seqs ?? {}, room.name);
    const from = isKnown ? request.seqs?.[room.name] : undefined;
    return { room, frames: from === undefined ? undefined : room.since(from, request.detail) };
  });
  const resync = missed.some(({ frames }) => frames === undefined);
  answer({ ok: true, epoch: feed.epoch, seqs, resync });
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
  principal: Principal,
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
