import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { until } from './wait.ts';

export interface ServerProcess {
  pid: number;
  /** What it wrote so far, stdout and stderr together, at most the last 64 KiB. */
  output(): string;
  /** Sends the signal and resolves once the process has ended; SIGKILL follows after 10 s. */
  end(signal: NodeJS.Signals): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

export interface ServerCommand {
  command: string;
  args: readonly string[];
  /** Loopback port that accepts connections once the server is up. */
  port: number;
  env?: Readonly<Record<string, string>>;
}

/** Starts a server and resolves once its port accepts; a server that ends before that is an error. */
export async function startServerProcess(server: ServerCommand): Promise<ServerProcess> {
  const child = spawn(server.command, [...server.args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...server.env },
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const failure = new Promise<never>((_, reject) => child.once('error', reject));
  failure.catch(() => undefined);
  const output = collectOutput(child);
  // A test runner that is stopped takes its servers with it.
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  ended.then(() => process.removeListener('exit', killAtExit));

  const hasStarted = until(() => hasEnded(child) || accepts(server.port), {
    what: `${server.command} to accept connections on port ${server.port}`,
    timeoutMs: 30_000,
  });
  await Promise.race([hasStarted, failure]).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  if (hasEnded(child) || child.pid === undefined) {
    throw new Error(`${server.command} ended at its start:\n${output()}`);
  }
  return {
    pid: child.pid,
    output,
    signal: (signal) => void child.kill(signal),
    end: (signal) => endProcess(child, ended, signal),
  };
}

async function endProcess(child: ChildProcess, ended: Promise<void>, signal: NodeJS.Signals) {
  if (hasEnded(child)) return;
  child.kill(signal);
  const lastResort = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(lastResort);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function collectOutput(child: ChildProcess): () => string {
  let text = '';
  const add = (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-65_536);
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  return () => text;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
