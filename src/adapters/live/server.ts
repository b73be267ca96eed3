import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { Server, type Socket } from 'socket.io';
import type { z } from 'zod';
import { acknowledgeCommandSchema, type CommandAnswer } from '../../contract/command.ts';
import type { Role } from '../../contract/http.ts';
import {
  type ClientEvents,
  type Detail,
  type Frame,
  type ServerEvents,
  type Snapshot,
  type WatchAnswer,
  watchSchema,
} from '../../contract/live.ts';
import { authorize } from '../../domain/authorize.ts';
import type { Clock, Commands, Queries } from '../../ports.ts';
import { withDetail } from './detail.ts';
import { Feed } from './feed.ts';

type LiveSocket = Socket<ClientEvents, ServerEvents>;

/** Room for a refusal to be answered: a larger message ends the connection. */
const MAX_MESSAGE_BYTES = 256 * 1024;

/** The role that each event needs. */
const roles = { watch: 'viewer', acknowledge: 'technician' } as const satisfies Record<
  keyof ClientEvents,
  Role
>;

interface LiveOptions {
  http: HttpServer;
  queries: Queries;
  commands: Commands;
  clock: Clock;
  log: Logger;
  isAllowedRequest(request: IncomingMessage): boolean;
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
    allowRequest: (request, decide) => decide(null, options.isAllowedRequest(request)),
  });
  const live = io.of('/live');
  const send = (frame: Frame) => {
    for (const detail of ['summary', 'full'] as const) {
      const name = channel(frame.room, detail);
      if (live.adapter.rooms.has(name)) live.to(name).emit('frame', withDetail(frame, detail));
    }
  };
  const sendSnapshot = (snapshot: Snapshot) => {
    for (const detail of ['summary', 'full'] as const) {
      live.to(channel(snapshot.room, detail)).emit('snapshot', withDetail(snapshot, detail));
    }
  };
  const { queries, clock } = options;
  const feed = new Feed({ queries, clock, send, sendSnapshot });
  live.on('connection', (socket: LiveSocket) => welcome(socket, feed, options));
  if (!options.isDriven) feed.start();
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

function welcome(socket: LiveSocket, feed: Feed, options: LiveOptions): void {
  socket.on('watch', (...given: unknown[]) => {
    const [request, answer] = split(given);
    const parsed = check(socket, 'watch', watchSchema, request);
    if (!parsed.ok) return reply(answer, parsed);
    const missing = parsed.value.sites.find((name) => feed.room(name) === undefined);
    if (missing !== undefined) {
      return reply(answer, refusal('SVT_NOT_FOUND', `no site ${missing}: expected a site or *`));
    }
    watch(socket, feed, parsed.value, (value) => reply(answer, value));
  });
  socket.on('acknowledge', (...given: unknown[]) => {
    const [command, answer] = split(given);
    const parsed = check(socket, 'acknowledge', acknowledgeCommandSchema, command);
    if (!parsed.ok) return reply(answer, parsed);
    const { actor, ...rest } = parsed.value;
    options.commands
      .acknowledge(rest, { name: actor ?? 'unknown', isVerified: false })
      .then((value) => reply(answer, value))
      .catch((error: unknown) => {
        options.log.error({ err: error }, 'live: acknowledge failed');
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
    return { room, frames: from === undefined ? undefined : room.since(from) };
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

/** Whether the client may do this and said it well. */
function check<T>(
  socket: LiveSocket,
  event: keyof typeof roles,
  schema: z.ZodType<T>,
  request: unknown,
): Checked<T> {
  const allowed = authorize({ remoteAddress: socket.handshake.address }, roles[event]);
  if (!allowed.isAllowed) return refusal('SVT_FORBIDDEN', `expected the role ${roles[event]}`);
  const parsed = schema.safeParse(request);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [issue] = parsed.error.issues;
  return refusal('SVT_BAD_REQUEST', `${issue?.path.join('.')}: ${issue?.message}`);
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
