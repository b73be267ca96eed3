import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface LoadOptions {
  /** Of the broker, on loopback. */
  port: number;
  /** Without it, until it is stopped. */
  messages?: number;
  devices?: number;
  /** Of the first message (ms since 1970 UTC); without it each has the time it is made at. */
  firstTs?: number;
  /** The first message's number. */
  from?: number;
  /** Without it, as fast as the broker acknowledges. */
  perSecond?: number;
}

export interface Load {
  /** How many it had sent when it last said so: it does each second. */
  sent(): number;
  /** Resolves with the number of messages, all of them acknowledged by the broker. */
  finished: Promise<number>;
  /** Ends it before its last message. */
  stop(): Promise<number>;
}

/** The load generator in a process of its own. */
export function startLoad(options: LoadOptions): Load {
  const script = join(import.meta.dirname, 'load-generator.ts');
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  let sent = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    sent = Number(line.replace('sent ', ''));
  });
  const finished = new Promise<number>((resolve, reject) => {
    child.once('close', (status) => {
      process.removeListener('exit', killAtExit);
      if (status === 0) resolve(sent);
      else reject(new Error(`the load generator ended with ${status}`));
    });
  });
  finished.catch(() => undefined);
  return {
    sent: () => sent,
    finished,
    stop: () => {
      child.kill('SIGTERM');
      return finished;
    },
  };
}
