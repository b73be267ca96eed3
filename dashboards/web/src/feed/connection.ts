import { batch } from '@preact/signals';
import { io, type Socket } from 'socket.io-client';
import type { AcknowledgeCommand, CommandAnswer } from '../../../../src/contract/command.ts';
import type {
  ClientEvents,
  ServerEvents,
  Watch,
  WatchAnswer,
} from '../../../../src/contract/live.ts';
import { feed, heardAt, link, takeFrame, takeSnapshot } from './store.ts';

const ANSWER_MS = 5000;
/** A connection that is open but says nothing for so long is given up and made anew. */
const DEAD_AFTER_MS = 15_000;
const EVERYTHING = ['*'];

let socket: Socket<ServerEvents, ClientEvents> | undefined;
let isResyncing = false;

/** Asks for what was missed since the last frame, or for everything (`fromScratch`). */
async function watch(fromScratch: boolean): Promise<void> {
  if (socket === undefined) return;
  isResyncing = true;
  const { epoch, seqs } = feed.peek();
  const request: Watch = { sites: EVERYTHING, detail: 'summary' };
  const resumed = !fromScratch && epoch !== undefined ? { ...request, epoch, seqs } : request;
  try {
    const answer: WatchAnswer = await socket.timeout(ANSWER_MS).emitWithAck('watch', resumed);
    link.value = answer.ok ? 'connected' : 'refused';
  } catch {
    link.value = socket.connected ? 'connecting' : 'disconnected';
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

/** Opens the live feed and keeps it open for as long as the page lives. */
export function openFeed(): void {
  socket = io('/live', {
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5000,
  });
  socket.on('connect', () => void watch(false));
  socket.on('disconnect', () => {
    link.value = 'disconnected';
  });
  socket.on('connect_error', () => {
    link.value = 'disconnected';
  });
  socket.on('snapshot', (snapshot) => batch(() => takeSnapshot(snapshot)));
  socket.on('frame', (frame) => {
    const outcome = batch(() => takeFrame(frame));
    if (outcome === 'gap' && !isResyncing) void watch(true);
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && socket?.connected === true) void watch(false);
  });
  setInterval(reviveWhenDead, 1000);
}

/** Sends the command; rejects when the server does not answer in time. */
export async function sendAcknowledge(command: AcknowledgeCommand): Promise<CommandAnswer> {
  if (socket?.connected !== true) throw new Error('no connection');
  return await socket.timeout(ANSWER_MS).emitWithAck('acknowledge', command);
}
