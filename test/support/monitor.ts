import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { resolve } from 'node:path';
import { freePort } from './free-port.ts';
import { tempFolder } from './temp-folder.ts';
import { until } from './wait.ts';

export interface Monitor {
  url: string;
  port: number;
  pid: number;
  dataDir: string;
  output(): string;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Starts it again with the same settings and data. */
  restart(): Promise<void>;
  /** The same, without waiting for it to be ready. */
  begin(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

const repository = resolve(import.meta.dirname, '../..');

/** Whose process it is; the caller's unless told. Its folder is then theirs, too. */
export interface MonitorUser {
  uid?: number;
  gid?: number;
}

/** What `npm start` gives to Node, from any folder; `home` is the program's own. */
function startArguments(home: string): string[] {
  const text = readFileSync(resolve(repository, 'package.json'), 'utf8');
  const { start } = (JSON.parse(text) as { scripts: { start: string } }).scripts;
  const [, ...args] = start.split(' ');
  return args.map((arg) => (arg.startsWith('-') ? arg : resolve(home, arg)));
}

/**
 * The real monitor as a process of its own, on a free loopback port. It has started when it answers
 * at `probe`: `/healthz` where the test takes a dependency away from it. `home` may hold a copy of the
 * program with a fault planted in it.
 */
export async function startMonitor(
  settings: Record<string, string> = {},
  probe: '/readyz' | '/healthz' = '/readyz',
  home = repository,
  user: MonitorUser = {},
): Promise<Monitor> {
  const folder = await tempFolder('monitor');
  if (user.uid !== undefined) await chown(folder.path, user.uid, user.gid ?? user.uid);
  const port = Number(settings.SVITLO_HTTP_PORT ?? (await freePort()));
  const url = `http://127.0.0.1:${port}`;
  const env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    SVITLO_HTTP_PORT: `${port}`,
    SVITLO_BROKER_PORT: '0',
    SVITLO_DATA_DIR: folder.path,
    SVITLO_LOG_LEVEL: 'warn',
    ...settings,
  };
  let output = '';
  let child: ChildProcess;
  const begin = () => {
    const args = startArguments(home);
    child = spawn(process.execPath, args, { env, cwd: folder.path, stdio: 'pipe', ...user });
    child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      output += chunk;
    });
  };
  const start = async () => {
    begin();
    await until(
      async () => {
        if (child.exitCode !== null) throw new Error(`the monitor ended: ${output}`);
        return (await fetch(`${url}${probe}`).catch(() => undefined))?.ok === true;
      },
      { what: 'the monitor to be ready', timeoutMs: 30_000 },
    );
  };
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    return child.exitCode;
  };
  await start();
  return {
    url,
    port,
    get pid() {
      return child.pid ?? 0;
    },
    dataDir: env.SVITLO_DATA_DIR,
    output: () => output,
    stop: () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL');
    },
    restart: start,
    begin,
    [Symbol.asyncDispose]: async () => {
      await end('SIGKILL');
      await folder.remove();
    },
  };
}
