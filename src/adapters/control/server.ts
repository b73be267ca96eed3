import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from 'pino';
import {
  type ControlAnswer,
  type ControlRequest,
  controlRequestSchema,
  type StorePlace,
} from '../../contract/backup.ts';
import { withSocketPath } from './socket-path.ts';

/** Of one request (bytes); whoever sends more is cut off. */
const MAX_LINE = 1024;
const MAX_CONNECTIONS = 4;
/** The store stands still for so long at most (ms): points wait in the spool meanwhile. */
const MAX_HOLD_MS = 15 * 60_000;

interface ControlOptions {
  path: string;
  store: StorePlace;
  /** Where the store's files belong to this process; the answer lets it go on. */
  standStill?(): Promise<() => void>;
  log: Logger;
}

export interface Control {
  close(): Promise<void>;
}

/**
 * A socket in the data folder, for commands of the user whose folder it is: what others may not enter,
 * they cannot reach. Whoever holds the store lets it go by closing the connection, however that happens.
 * Where no socket can be made the monitor does without one, and says so.
 */
export async function startControl(options: ControlOptions): Promise<Control> {
  const { path, log } = options;
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    serve(socket, options);
  });
  server.maxConnections = MAX_CONNECTIONS;
  // Too many open files, say: no reason to end the monitor.
  server.on('error', (error) => log.warn({ err: error }, 'control socket: failed'));
  try {
    // The folder is this process's alone: a socket that is there was left behind.
    rmSync(path, { force: true });
    await withSocketPath(path, (reachable) => listen(server, reachable));
    chmodSync(path, 0o600);
  } catch (error) {
    log.warn({ err: error }, 'control socket: not possible here; no backup while the monitor runs');
  }
  return {
    close: async () => {
      for (const socket of connections) socket.destroy();
      if (!server.listening) return;
      await new Promise((resolve) => server.close(resolve));
      rmSync(path, { force: true });
    },
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

/** Requests of one connection are answered in their order. */
function serve(socket: Socket, { store, standStill, log }: ControlOptions): void {
  let resume: (() => void) | undefined;
  let limit: NodeJS.Timeout | undefined;
  const letGo = () => {
    clearTimeout(limit);
    if (resume !== undefined) log.info('backup: the store goes on');
    resume?.();
    resume = undefined;
  };
  const hold = async (): Promise<ControlAnswer> => {
    if (standStill === undefined || resume !== undefined) return refusal('nothing to hold');
    const held = await standStill();
    if (socket.destroyed) {
      held();
      return refusal('gone');
    }
    resume = held;
    limit = setTimeout(() => socket.destroy(), MAX_HOLD_MS);
    log.info('backup: the store stands still, points wait in the spool');
    return { isOk: true };
  };
  const release = (): ControlAnswer => {
    if (resume === undefined) return refusal('nothing is held');
    letGo();
    return { isOk: true };
  };
  const answers: Record<ControlRequest['command'], () => ControlAnswer | Promise<ControlAnswer>> = {
    status: () => ({ isOk: true, store }),
    hold,
    release,
  };
  let turn = Promise.resolve();
  readLines(socket, (line) => {
    turn = turn.then(async () => {
      const answer = await answerTo(line, answers);
      if (!socket.destroyed) socket.write(`${JSON.stringify(answer)}\n`);
    });
  });
  socket.on('error', () => {}).once('close', letGo);
}

async function answerTo(
  line: string,
  answers: Record<string, () => ControlAnswer | Promise<ControlAnswer>>,
): Promise<ControlAnswer> {
  try {
    const { command } = controlRequestSchema.parse(JSON.parse(line));
    return (await answers[command]?.()) ?? refusal('unknown');
  } catch (error) {
    return refusal(error instanceof Error ? error.message : String(error));
  }
}

function refusal(reason: string): ControlAnswer {
  return { isOk: false, reason };
}

function readLines(socket: Socket, onLine: (line: string) => void): void {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    if (text.length > MAX_LINE || lines.some((line) => line.length > MAX_LINE)) socket.destroy();
    else lines.forEach(onLine);
  });
}
