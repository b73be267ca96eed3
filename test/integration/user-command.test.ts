import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPasswords } from '../../src/adapters/credential/password-hash.ts';
import { openAccountFile } from '../../src/adapters/sqlite/account-store.ts';
import { USER_TEXTS } from '../../src/i18n/user-command.ts';
import { PASSWORD } from '../support/access-desk.ts';
import { startMonitor } from '../support/monitor.ts';
import { runCommand } from '../support/run-command.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

const command = resolve(import.meta.dirname, '../../src/command/user.ts');
const SCRIPT = '/usr/bin/script';
const texts = USER_TEXTS.en;

let folder: TempFolder;
let data: string;

beforeEach(async () => {
  folder = await tempFolder('user');
  data = join(folder.path, 'data');
});

afterEach(() => folder?.remove());

interface Given {
  input?: string;
  env?: Record<string, string>;
  at?: string;
}

const user = (words: string, { input = '', env = {}, at = data }: Given = {}) =>
  runCommand(process.execPath, [command, ...words.split(' '), '--data', at], {
    input,
    env: { SVITLO_LANG: 'en', ...env },
  });
const add = (name: string, more: string, at = data) =>
  user(`add ${name} ${more}`, { input: `${PASSWORD}\n`, at });

async function load(at = data) {
  const store = openAccountFile(join(at, 'accounts.db'));
  const book = await store.load();
  await store.stop();
  return book;
}

describe('add', () => {
  test('makes an account whose password is the input’s first line, in a folder that is its owner’s', async () => {
    const { status, stdout } = await add('olena', '--role administrator');
    expect([status, stdout]).toEqual([0, 'Added: olena, administrator.\n']);
    const [account] = (await load()).accounts;
    const given = { password: PASSWORD, hash: account?.passwordHash, isPreferred: true };
    expect(await createPasswords().verify(given)).toEqual({ isRight: true, isOutdated: false });
    expect((await stat(data)).mode & 0o777).toBe(0o700);
    expect((await stat(join(data, 'accounts.db'))).mode & 0o777).toBe(0o600);
  });

  test('takes limits and break-glass, and asks for an administrator first', async () => {
    const first = await add('taras', '--role technician');
    expect([first.status, first.stderr]).toEqual([1, `${texts.firstAccount}\n`]);
    await add('olena', '--role administrator');
    await add('taras', '--role technician --site krakivets --region lviv');
    await add('glass', '--role administrator --break-glass');
    const limited = await add('oksana', '--role administrator --site krakivets');
    expect([limited.status, limited.stderr]).toEqual([1, `${texts.limitedAdministrator}\n`]);
    const token = await user('token add x --permission administer --region lviv');
    expect([token.status, token.stderr]).toEqual([1, `${texts.limitedAdministrator}\n`]);
    const { accounts } = await load();
    expect(accounts.map(({ name, scope, isBreakGlass }) => [name, scope, isBreakGlass])).toEqual([
      ['glass', undefined, true],
      ['olena', undefined, false],
      ['taras', { regions: ['lviv'], sites: ['krakivets'] }, false],
    ]);
  });

  test.each([
    ['short', texts.weak.too_short],
    ['password1234', texts.weak.common],
    ['olena-olena-olena', texts.weak.name],
    ['', texts.weak.too_short],
  ])('refuses the password %s', async (input, said) => {
    const { status, stderr } = await user('add olena --role administrator', { input });
    expect([status, stderr]).toEqual([1, `${said}\n`]);
  });

  test.each([
    ['add Olena --role viewer', texts.wrongName],
    ['add olena --role king', texts.wrongRole],
    ['add olena', texts.wrongRole],
    ['add olena secret --role viewer', texts.usage],
    ['add olena --role viewer --password secret', texts.usage],
    ['grow olena', texts.usage],
    ['token add kiosk --permission all', texts.wrongPermission],
  ])('does not understand: %s', async (words, said) => {
    const { status, stderr } = await user(words);
    expect([status, stderr]).toEqual([2, `${said}\n`]);
    expect(existsSync(data)).toBe(false);
  });
});

test('without accounts there is nothing to list, and no file is made', async () => {
  const { status, stderr } = await user('list', { env: { SVITLO_LANG: 'uk' } });
  expect(status).toBe(2);
  expect(stderr).toBe(`${USER_TEXTS.uk.missing(join(data, 'accounts.db'))}\n`);
  expect(existsSync(data)).toBe(false);
});

test('each of the other commands does what it says, and says so', async () => {
  await add('olena', '--role administrator');
  await add('taras', '--role viewer');
  const said: string[] = [];
  for (const words of [
    'role taras technician',
    'scope taras --site krakivets',
    'disable taras',
    'enable taras',
    'sign-out taras',
    'remove-second-factor taras',
  ]) {
    const { status, stdout } = await user(words);
    said.push(`${status} ${stdout.trim()}`);
  }
  expect(said).toEqual([
    ...Array(4).fill('0 Changed: taras.'),
    '0 All sessions of taras are ended.',
    '0 Changed: taras.',
  ]);
  const list = await user('list');
  expect(list.stdout).toMatch(
    /^name +role +sites +state +last sign-in\nolena +administrator +everywhere +never\ntaras +technician +krakivets +never\n$/,
  );
  const link = await user('link taras', { env: { SVITLO_PUBLIC_URL: 'https://svitlo.example' } });
  expect(link.stdout).toMatch(/^https:\/\/svitlo\.example\/link#[\w-]{43}\n/);
  const changed = await user('password taras', { input: 'another long password' });
  expect(changed.stdout.trim()).toBe(texts.passwordChanged('taras'));
  expect((await load()).links).toEqual([]);
  expect((await user('remove taras')).stdout.trim()).toBe(texts.removed('taras'));
  expect((await user('remove taras')).stderr.trim()).toBe(texts.noAccount('taras'));
  expect((await user('remove olena')).stderr.trim()).toBe(texts.lastAdministrator);
  const store = openAccountFile(join(data, 'accounts.db'));
  const events = await store.events();
  await store.stop();
  expect(new Set(events.map(({ event }) => event.actor))).toEqual(new Set(['console']));
  expect(events.at(-1)?.event).toMatchObject({ type: 'account_removed', subject: 'taras' });
});

test('a token is shown once, listed by its begin, and removed by it', async () => {
  await add('olena', '--role administrator');
  const made = await user(
    'token add kiosk --permission see --permission see --site krakivets --days 30',
  );
  const [token = ''] = made.stdout.split('\n');
  const [record] = (await load()).tokens;
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(record).toMatchObject({ name: 'kiosk', permissions: ['see'], createdBy: 'console' });
  expect(JSON.stringify(record)).not.toContain(token);
  const list = await user('token list');
  expect(list.stdout).toContain(record?.id.slice(0, 12));
  expect((await user('token remove zzz')).stderr.trim()).toBe(texts.noToken('zzz'));
  expect((await user(`token remove ${record?.id.slice(0, 12)}`)).status).toBe(0);
  expect((await load()).tokens).toEqual([]);
});

test.skipIf(!existsSync(SCRIPT))(
  'at a terminal the password is asked for twice and never shown',
  async () => {
    const line = `${process.execPath} ${command} add olena --role administrator --data ${data}`;
    const ask = async (first: string, second: string) => {
      const terminal = spawn(SCRIPT, ['-qec', line, '/dev/null'], {
        env: { ...process.env, SVITLO_LANG: 'en' },
      });
      let shown = '';
      terminal.stdout.on('data', (chunk: Buffer) => {
        shown += chunk.toString();
      });
      const ended = new Promise<number | null>((done) => terminal.once('close', done));
      await until(() => shown.includes(texts.askPassword('olena')), { what: 'the first question' });
      terminal.stdin.write(`${first}\r`);
      await until(() => shown.includes(texts.askAgain), { what: 'the second question' });
      terminal.stdin.write(`${second}\r`);
      const status = await ended;
      return { status, shown };
    };
    const wrong = await ask(PASSWORD, 'another long password');
    expect(wrong.status).toBe(1);
    expect(wrong.shown).toContain(texts.differs);
    const right = await ask(PASSWORD, PASSWORD);
    expect(right.status).toBe(0);
    expect(right.shown).toContain(texts.added('olena', 'administrator'));
    expect(wrong.shown + right.shown).not.toContain('battery');
  },
);

describe('a monitor that runs', () => {
  test('prints the setup link for people, not into its log, and takes accounts from the command', async () => {
    await using monitor = await startMonitor({ SVITLO_LANG: 'en', SVITLO_LOG_LEVEL: 'info' });
    const link = `${monitor.url}/setup#`;
    await until(() => monitor.output().includes(link), { what: 'the setup link' });
    const lines = monitor.output().split('\n');
    expect(lines.filter((text) => text.startsWith('{')).join()).not.toContain('/setup#');
    expect((await fetch(`${monitor.url}/api/v1/sites`)).status).toBe(200);
    expect((await add('olena', '--role administrator', monitor.dataDir)).status).toBe(0);
    await until(async () => (await fetch(`${monitor.url}/api/v1/sites`)).status === 401, {
      what: 'the door to be locked',
    });
    const made = await user('token add kiosk --permission see', { at: monitor.dataDir });
    const headers = { authorization: `Bearer ${made.stdout.split('\n')[0]}` };
    const look = () => fetch(`${monitor.url}/api/v1/sites`, { headers });
    await until(async () => (await look()).status === 200, { what: 'the token to count' });
    const audit = resolve(import.meta.dirname, '../../src/command/journal.ts');
    await until(
      async () => {
        const args = [audit, 'verify', '--data', monitor.dataDir];
        const { stdout } = await runCommand(process.execPath, args, { env: { SVITLO_LANG: 'en' } });
        return stdout.startsWith('The audit holds: 2 rows');
      },
      { what: 'both to stand in the audit' },
    );
    await monitor.kill();
    await monitor.restart();
    expect((await look()).status).toBe(200);
    expect((await fetch(`${monitor.url}/api/v1/sites`)).status).toBe(401);
    expect(monitor.output().split(link)).toHaveLength(2);
  });

  test('with simulated devices prints no setup link', async () => {
    await using monitor = await startMonitor({
      SVITLO_TOPIC_ROOT: 'svitlo-sim/v1',
      SVITLO_LOG_LEVEL: 'info',
    });
    await until(() => monitor.output().includes('Svitlo is on'), { what: 'the start' });
    expect(await monitor.stop()).toBe(0);
    expect(monitor.output()).not.toContain('/setup#');
  });
});
