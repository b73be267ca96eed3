import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { requireCommand } from './installed.ts';
import { runCommand } from './run-command.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { tempFolder } from './temp-folder.ts';

export interface MosquittoOptions {
  /** Further lines of mosquitto.conf. */
  config?: string;
  /** User names and passwords; anonymous clients are then refused. */
  users?: Readonly<Record<string, string>>;
  /** Text of the ACL file. */
  acl?: string;
  /** Replaces the whole configuration: gets the folder (with `passwd` and `acl` in it) and port. */
  wholeConfig?: (place: { folder: string; port: number }) => string;
}

export interface Mosquitto {
  url: string;
  port: number;
  folder: string;
  output(): string;
  /** Ends it in good order; it saves what it holds. The folder stays for `restart`. */
  stop(): Promise<void>;
  /** `kill -9`: what was not saved is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data; it is stopped first where it runs. */
  restart(): Promise<void>;
  /** SIGSTOP: it keeps its connections and answers nothing. */
  pause(): void;
  resume(): void;
  /** Ends it and removes its folder. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A real Mosquitto of its own: free loopback port, own folder, ready to accept when it resolves. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const folder = await tempFolder('mosquitto');
  const port = await freePort();
  const configFile = join(folder.path, 'mosquitto.conf');
  if (options.acl !== undefined) await writeFile(join(folder.path, 'acl'), options.acl);
  if (options.users !== undefined) await writePasswords(folder.path, options.users);
  const text = options.wholeConfig?.({ folder: folder.path, port });
  await writeFile(configFile, text ?? plainConfig(folder.path, port, options));

  const start = () =>
    startServerProcess({ command: requireCommand('mosquitto'), args: ['-c', configFile], port });
  let server: ServerProcess = await start();
  const end = (signal: NodeJS.Signals) => {
    server.signal('SIGCONT');
    return server.end(signal);
  };
  let isRemoved = false;
  const dispose = async () => {
    if (isRemoved) return;
    isRemoved = true;
    await end('SIGTERM');
    await folder.remove();
  };
  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    folder: folder.path,
    output: () => server.output(),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGTERM');
      server = await start();
    },
    pause: () => server.signal('SIGSTOP'),
    resume: () => server.signal('SIGCONT'),
    [Symbol.asyncDispose]: dispose,
  };
}

/** The lines every instance needs: started by root it would give up its own folder otherwise. */
export function runAsCaller(): string {
  return `user ${userInfo().username}`;
}

function plainConfig(folder: string, port: number, options: MosquittoOptions): string {
  const lines = [
    runAsCaller(),
    `listener ${port} 127.0.0.1`,
    'persistence true',
    `persistence_location ${folder}/`,
    // Not 0: deploy/mosquitto/mosquitto.conf says why.
    'max_queued_messages 100000000',
    'max_inflight_messages 0',
    'set_tcp_nodelay true',
    options.users === undefined
      ? 'allow_anonymous true'
      : `allow_anonymous false\npassword_file ${join(folder, 'passwd')}`,
  ];
  if (options.acl !== undefined) lines.push(`acl_file ${join(folder, 'acl')}`);
  if (options.config !== undefined) lines.push(options.config);
  return `${lines.join('\n')}\n`;
}

async function writePasswords(folder: string, users: Readonly<Record<string, string>>) {
  const file = join(folder, 'passwd');
  const plain = Object.entries(users).map(([name, password]) => `${name}:${password}\n`);
  await writeFile(file, plain.join(''), { mode: 0o600 });
  const result = await runCommand(requireCommand('mosquitto_passwd'), ['-U', file]);
  if (result.status !== 0) throw new Error(`mosquitto_passwd: ${result.stderr}`);
}
