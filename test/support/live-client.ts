import { io, type Socket } from 'socket.io-client';
import type { CommandAnswer } from '../../src/contract/command.ts';
import type { Frame, Snapshot, WatchAnswer } from '../../src/contract/live.ts';
import { until } from './wait.ts';

const ANSWER_MS = 10_000;

export interface LiveClient {
  /** For what is not in the contract, such as a hostile event. */
  socket: Socket;
  frames: Frame[];
  snapshots: Snapshot[];
  watch(request: unknown): Promise<WatchAnswer>;
  acknowledge(command: unknown): Promise<CommandAnswer>;
  /** Any other event that is answered. */
  ask(event: string, request: unknown): Promise<unknown>;
  /** Waits for a frame, one that came already included. */
  frame(matches: (frame: Frame) => boolean, what: string): Promise<Frame>;
  snapshot(room: string): Promise<Snapshot>;
  [Symbol.dispose](): void;
}

/** A client of the live feed that writes down what it is sent, in order; `headers` of its handshake. */
export async function openLive(
  url: string,
  headers: Record<string, string> = {},
): Promise<LiveClient> {
  const socket = io(`${url}/live`, {
    transports: ['websocket'],
    reconnection: false,
    extraHeaders: headers,
    forceNew: true,
  });
  const frames: Frame[] = [];
  const snapshots: Snapshot[] = [];
  socket.on('frame', (frame: Frame) => frames.push(frame));
  socket.on('snapshot', (snapshot: Snapshot) => snapshots.push(snapshot));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve());
    socket.once('connect_error', reject);
  });
  const ask = (event: string, request: unknown) =>
    socket.timeout(ANSWER_MS).emitWithAck(event, request);
  return {
    socket,
    frames,
    snapshots,
    watch: (request) => ask('watch', request),
    acknowledge: (command) => ask('acknowledge', command),
    ask,
    frame: (matches, what) => until(() => frames.find(matches), { what }),
    snapshot: (room) =>
      until(() => snapshots.findLast((one) => one.room === room), { what: `snapshot of ${room}` }),
    [Symbol.dispose]: () => {
      socket.disconnect();
    },
  };
}
