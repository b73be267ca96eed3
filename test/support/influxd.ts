import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { requireCommand } from './installed.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { tempFolder } from './temp-folder.ts';
import { until } from './wait.ts';

export interface Influxd {
  /** `http://127.0.0.1:port`, without a database. */
  url: string;
  port: number;
  /** SIGTERM: what it holds is saved. */
  stop(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data; it is stopped first where it runs. */
  restart(): Promise<void>;
  /** SIGSTOP: it keeps its connections and answers nothing. */
  pause(): void;
  resume(): void;
  /** Rows of an InfluxQL query, an object each with the series' tags among its keys; `user` as `name:password`. */
  query(database: string, influxQl: string, user?: string): Promise<Record<string, unknown>[]>;
  /** Ends it and removes its folder. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A real InfluxDB 1.x of its own: free loopback ports, own folder, answering when it resolves. */
export async function startInfluxd({ isAuthenticated = false } = {}): Promise<Influxd> {
  const folder = await tempFolder('influxd');
  const [port, rpcPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const configFile = join(folder.path, 'influxdb.conf');
  const text = configText(folder.path, port, rpcPort);
  await writeFile(configFile, `${text}  auth-enabled = ${isAuthenticated}\n`);

  const start = async () => {
    const args = ['run', '-config', configFile];
    const started = await startServerProcess({ command: requireCommand('influxd'), args, port });
    await until(async () => (await fetch(`${url}/ping`)).ok, { what: 'influxd to answer a ping' });
    return started;
  };
  let server: ServerProcess = await start();
  const end = async (signal: NodeJS.Signals) => {
    server.signal('SIGCONT');
    await server.end(signal);
  };
  let isRemoved = false;
  return {
    url,
    port,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGTERM');
      server = await start();
    },
    pause: () => server.signal('SIGSTOP'),
    resume: () => server.signal('SIGCONT'),
    query: (database, influxQl, user) => runQuery(url, { database, influxQl, user }),
    [Symbol.asyncDispose]: async () => {
      if (isRemoved) return;
      isRemoved = true;
      await end('SIGTERM');
      await folder.remove();
    },
  };
}

function configText(folder: string, port: number, rpcPort: number): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
  index-version = "tsi1"
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
`;
}

interface QueryAnswer {
  results: {
    error?: string;
    series?: { columns: string[]; values: unknown[][]; tags?: Record<string, string> }[];
  }[];
}

interface Query {
  database: string;
  influxQl: string;
  user: string | undefined;
}

async function runQuery(url: string, { database, influxQl, user }: Query) {
  const body = new URLSearchParams({ db: database, q: influxQl, epoch: 'ms' });
  const headers: Record<string, string> =
    user === undefined ? {} : { authorization: `Basic ${Buffer.from(user).toString('base64')}` };
  const response = await fetch(`${url}/query`, { method: 'POST', body, headers });
  if (!response.ok)
    throw new Error(`influxd answered ${response.status}: ${await response.text()}`);
  const answer = (await response.json()) as QueryAnswer;
  return answer.results.flatMap((result) => {
    if (result.error !== undefined) throw new Error(`influxd: ${result.error}`);
    return (result.series ?? []).flatMap((series) =>
      series.values.map((row) => ({
        ...series.tags,
        ...Object.fromEntries(series.columns.map((column, index) => [column, row[index]])),
      })),
    );
  });
}
