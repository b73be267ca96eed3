import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { stringify } from 'yaml';
import type { Role, Scope, SessionView } from '../../src/contract/access.ts';
import type { SessionRecord } from '../../src/contract/account.ts';
import { PASSWORD } from './access-desk.ts';
import { freePort } from './free-port.ts';
import { type LiveClient, openLive } from './live-client.ts';
import { type Monitor, startMonitor } from './monitor.ts';
import { runCommand } from './run-command.ts';
import { upsPayload } from './telemetry.ts';
import { tempFolder } from './temp-folder.ts';
import { until } from './wait.ts';

const userCommand = resolve(import.meta.dirname, '../../src/command/user.ts');

const LOOK_EVERY_MS = 3;
const STANDING = `SELECT body, (
  SELECT group_concat(id) FROM sessions WHERE body ->> 'account' = accounts.id
) AS sessions FROM accounts WHERE id = ?`;

/** The sites by region; each has one UPS, `ups-1`. */
const REGIONS = { lviv: ['krakivets', 'shehyni'], volyn: ['yahodyn', 'ustyluh'] } as const;
export const LVIV: Scope = { regions: ['lviv'], sites: [] };
/** What nobody of Lviv alone may ever be told of. */
export const OF_VOLYN = /yahodyn|ustyluh|volyn/;

/** Seldom heard of, so that no test waits for a silence; power that is back is back at once. */
const TOPOLOGY = {
  thresholds: { onBatteryOffDelay: '0s' },
  sites: Object.fromEntries(
    Object.entries(REGIONS).flatMap(([region, sites]) =>
      sites.map((id) => {
        const devices = { 'ups-1': { kind: 'ups', interval: '10m' } };
        return [id, { name: { uk: id, en: id }, region, devices }];
      }),
    ),
  ),
};

/** What somebody's browser or script sends with each request. */
export type Shown = Readonly<Record<string, string>>;

export interface Answer {
  status: number;
  text: string;
  /** A failure's code. */
  code: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: what is asked for has many shapes, and each test knows its own.
  json: any;
}

/** The real monitor with real accounts: `olena` administers it. */
export interface RealAccess extends AsyncDisposable {
  monitor: Monitor;
  olena: Shown;
  call(by: Shown, method: string, path: string, body?: object): Promise<Answer>;
  /** Adds an account by an invitation, which it takes up: signed in. */
  invite(name: string, role: Role, scope?: Scope): Promise<Shown>;
  signIn(name: string): Promise<Shown>;
  /** `npm run user -- …`, as another process; what it prints. */
  user(words: string): Promise<string>;
  /** `npm run user -- token add …`; resolves when the monitor knows it. */
  addToken(words: string): Promise<{ id: string; by: Shown }>;
  connect(by: Shown): Promise<LiveClient>;
  /** What the UPS of a site says. */
  publish(site: string, status: string): Promise<void>;
  /** Any message of that UPS. */
  publishText(site: string, text: string): Promise<void>;
  /** When the account or its sessions are no longer on disk what they were (`performance.now`). */
  onceRightsChange(account: string): Promise<number>;
  /** As another process changes a row: the sessions of an account in `accounts.db`. */
  rewriteSessions(account: string, change: (one: SessionRecord) => SessionRecord): void;
}

export async function openRealAccess(): Promise<RealAccess> {
  const folder = await tempFolder('real-access');
  const config = join(folder.path, 'svitlo.yaml');
  await writeFile(config, stringify(TOPOLOGY));
  const brokerPort = await freePort();
  const monitor = await startMonitor({
    SVITLO_BROKER_PORT: `${brokerPort}`,
    SVITLO_CONFIG: config,
  });
  const client = await connectAsync(`mqtt://127.0.0.1:${brokerPort}`);
  let seq = 0;
  const publishText = async (site: string, text: string) => {
    await client.publishAsync(`svitlo/v1/${site}/ups/ups-1/telemetry`, text, { qos: 1 });
  };
  const call: RealAccess['call'] = async (by, method, path, body) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const init = { method, headers: { ...by, ...type } };
    const answer = await fetch(`${monitor.url}/api/v1${path}`, {
      ...init,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    const json = isJson ? JSON.parse(text) : undefined;
    return { status: answer.status, text, code: json?.code, json };
  };
  const enter = async (path: string, body: object): Promise<Shown> => {
    const answer = await fetch(`${monitor.url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const view = (await answer.json()) as SessionView;
    if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(view)}`);
    const cookie = answer.headers.getSetCookie().map((one) => one.split(';', 1)[0]);
    return { cookie: cookie.join('; '), 'x-svitlo-csrf': view.csrf ?? '' };
  };
  const user: RealAccess['user'] = async (words) => {
    const args = [userCommand, ...words.split(' '), '--data', monitor.dataDir];
    const { status, stdout, stderr } = await runCommand(process.execPath, args);
    if (status !== 0) throw new Error(`${words}: ${stderr}`);
    return stdout;
  };
  const [, token] = /\/setup#(\S+)/.exec(monitor.output()) ?? [];
  const olena = await enter('/setup', { token, name: 'olena', password: PASSWORD });
  return {
    monitor,
    olena,
    call,
    invite: async (name, role, scope) => {
      const made = await call(olena, 'POST', '/accounts', { name, role, ...(scope && { scope }) });
      if (made.status !== 200) throw new Error(`${name}: ${made.text}`);
      return enter('/link', { token: made.json.url.split('#')[1], password: PASSWORD });
    },
    signIn: (name) => enter('/session', { name, password: PASSWORD }),
    user,
    addToken: async (words) => {
      const [secret = '', told = ''] = (await user(`token add ${words}`)).split('\n');
      const by = { authorization: `Bearer ${secret}` };
      const isKnown = async () => (await call(by, 'GET', '/session')).json.who !== undefined;
      await until(isKnown, { what: 'the monitor to know the token' });
      return { id: told.split(' ').at(-1) ?? '', by };
    },
    connect: (by) => openLive(monitor.url, by),
    publish: async (site, status) => {
      seq += 1;
      await publishText(site, upsPayload(Date.now(), status, seq));
    },
    publishText,
    onceRightsChange: async (account) => {
      using database = openDatabase(join(monitor.dataDir, 'accounts.db'));
      const standing = () => JSON.stringify(database.all(STANDING, account));
      const before = standing();
      while (standing() === before) await setTimeout(LOOK_EVERY_MS);
      return performance.now();
    },
    rewriteSessions: (account, change) => {
      using database = openDatabase(join(monitor.dataDir, 'accounts.db'));
      for (const { id, body } of database.all('SELECT id, body FROM sessions')) {
        const record = JSON.parse(`${body}`) as SessionRecord;
        if (record.account !== account) continue;
        database.put(
          'UPDATE sessions SET body = ? WHERE id = ?',
          JSON.stringify(change(record)),
          `${id}`,
        );
      }
    },
    [Symbol.asyncDispose]: async () => {
      await client.endAsync(true);
      await monitor[Symbol.asyncDispose]();
      await folder.remove();
    },
  };
}

function openDatabase(path: string) {
  const database = new DatabaseSync(path, { timeout: 5000 });
  return {
    all: (sql: string, ...values: string[]) => database.prepare(sql).all(...values),
    put: (sql: string, ...values: string[]) => database.prepare(sql).run(...values),
    [Symbol.dispose]: () => database.close(),
  };
}
