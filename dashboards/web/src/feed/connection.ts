import { batch } from '@preact/signals';
import { io, type Socket } from 'socket.io-client';
import type { AcknowledgeCommand, CommandAnswer } from '../../../../src/contract/command.ts';
import type {
  ClientEvents,
  ServerEvents,
  Watch,
  WatchAnswer,
} from '../../../../src/contract/live.ts';
import { clearFeed, feed, heardAt, link, takeFrame, takeSnapshot } from './store.ts';

const ANSWER_MS = 5000;
/** A connection that is open but says nothing for so long is given up and made anew. */
const DEAD_AFTER_MS = 15_000;
/** After the server has ended it: when it is tried again, if the rights are still there. */
const REFUSED_PAUSE_MS = 1000;
const EVERYTHING = ['*'];

/** The last that a connection says when nobody is signed in any more, or with other rights. */
interface RightsEvents {
  accessChanged: (change: { reason: 'signed_out' | 'rights_changed' }) => void;
}
type LiveSocket = Socket<ServerEvents & RightsEvents, ClientEvents>;

let socket: LiveSocket | undefined;
let isWanted = false;
let isResyncing = false;

interface FeedOptions {
  /** The server says that nobody is signed in here any more. */
  onSignedOut(): void;
  /** The server refused or changed something: the rights are to be asked for anew. */
  onDoubt(): void;
}

/** Asks for what was missed since the last frame, or for everything (`fromScratch`). */
async function watch(fromScratch: boolean, onDoubt?: () => void): Promise<void> {
  if (socket === undefined) return;
  isResyncing = true;
  const { epoch, seqs } = feed.peek();
  const request: Watch = { sites: EVERYTHING, detail: 'summary' };
  const resumed = !fromScratch && epoch !== undefined ? { ...request, epoch, seqs } : request;
  try {
    const answer: WatchAnswer = await socket.timeout(ANSWER_MS).emitWithAck('watch', resumed);
    if (!isWanted) return;
    link.value = answer.ok ? 'connected' : 'refused';
    if (!answer.ok) onDoubt?.();
  } catch {
    if (isWanted) link.value = socket.connected ? 'connecting' : 'disconnected';
  } finally {
    isResyncing = false;
  }
}

let revivedAt = Date.now();

function reviveWhenDead(): void {
  const quietSince = Math.max(heardAt.peek(), revivedAt);
  if (socket?.connected !== true || Date.now() - quietSince < DEAD_AFTER_MS) return;
  revivedAt = Date.now();
  socket.disconnect().connect();
}

function onLost(reason: Socket.DisconnectReason, { onDoubt }: FeedOptions): void {
  if (!isWanted) return;
  link.value = 'disconnected';
  if (reason !== 'io server disconnect') return;
  onDoubt();
  connectLater();
}

/** A connection that the server has ended, or refused by name, is not tried again by itself. */
function connectLater(): void {
  setTimeout(() => {
    if (isWanted && socket?.active === false) socket.connect();
  }, REFUSED_PAUSE_MS);
}

/** A word that is still under way when the feed has been closed is not taken in. */
function listen(to: LiveSocket, options: FeedOptions): void {
  to.on('connect', () => void watch(false, options.onDoubt));
  to.on('disconnect', (reason) => onLost(reason, options));
  to.on('connect_error', () => {
    if (!isWanted) return;
    link.value = 'disconnected';
    options.onDoubt();
    if (!to.active) connectLater();
  });
  to.on('accessChanged', ({ reason }) => {
    if (reason === 'signed_out') options.onSignedOut();
    else options.onDoubt();
  });
  to.on('snapshot', (snapshot) => {
    if (isWanted) batch(() => takeSnapshot(snapshot));
  });
  to.on('frame', (frame) => {
    if (!isWanted) return;
    const outcome = batch(() => takeFrame(frame));
    if (outcome === 'gap' && !isResyncing) void watch(true, options.onDoubt);
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && to.connected) void watch(false, options.onDoubt);
  });
  setInterval(reviveWhenDead, 1000);
}

/** Opens the live feed and keeps it open until it is closed. */
export function openFeed(options: FeedOptions): void {
  isWanted = true;
  if (socket !== undefined) {
    socket.connect();
    return;
  }
  socket = io('/live', {
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5000,
    autoConnect: false,
    // Without it the engine's connection would outlive the namespace's, with the old cookie.
    forceNew: true,
  });
  listen(socket, options);
  socket.connect();
}

/** Closes the feed and forgets all that it has told. */
export function closeFeed(): void {
  isWanted = false;
  socket?.disconnect();
  clearFeed();
}

/** The same person has signed in anew: the connection is made with the new cookie, the page stays. */
export function reconnectFeed(): void {
  socket?.disconnect().connect();
}

/** Sends the command; rejects when the server does not answer in time. */
export async function sendAcknowledge(command: AcknowledgeCommand): Promise<CommandAnswer> {
  if (socket?.connected !== true) throw new Error('no connection');
  return await socket.timeout(ANSWER_MS).emitWithAck('acknowledge', command);
}
