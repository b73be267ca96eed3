import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import {
  type ControlAnswer,
  type ControlRequest,
  controlAnswerSchema,
} from '../../contract/backup.ts';
import { withSocketPath } from './socket-path.ts';

export interface ControlConnection {
  /** Rejects where the monitor refuses, or the connection breaks before the answer. */
  ask(command: ControlRequest['command']): Promise<ControlAnswer>;
  close(): void;
}

/** `undefined` where no monitor listens there. */
export async function connectControl(path: string): Promise<ControlConnection | undefined> {
  const socket = await withSocketPath(path, open).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') return undefined;
    throw error;
  });
  if (socket === undefined) return undefined;
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  socket.on('error', () => {});
  return {
    ask: async (command) => {
      socket.write(`${JSON.stringify({ command } satisfies ControlRequest)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error('the monitor closed the connection');
      const answer = controlAnswerSchema.parse(JSON.parse(value));
      if (!answer.isOk) throw new Error(answer.reason ?? 'refused');
      return answer;
    },
    close: () => socket.destroy(),
  };
}

function open(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      resolve(socket);
    });
  });
}
