import { existsSync, mkdirSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectControl } from '../../src/adapters/control/client.ts';
import { type Control, startControl } from '../../src/adapters/control/server.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

const log = pino({ level: 'silent' });
const store = { kind: 'embedded' as const };

let folder: TempFolder;
let path: string;
let control: Control;
const resume = vi.fn();
const standStill = vi.fn(async () => resume as () => void);

beforeEach(async () => {
  folder = await tempFolder('control');
  path = join(folder.path, 'control.sock');
  vi.clearAllMocks();
});

afterEach(async () => {
  await control?.close();
  await folder.remove();
});

async function start() {
  control = await startControl({ path, store, standStill, log });
}

async function connected() {
  const connection = await connectControl(path);
  if (connection === undefined) throw new Error('nobody listens');
  return connection;
}

test('says where the series are, and is its user’s alone', async () => {
  await start();
  const one = await connected();
  expect(await one.ask('status')).toEqual({ isOk: true, store });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  one.close();
});

test('a path that is longer than the system takes is reached all the same', async () => {
  const long = join(folder.path, 'd'.repeat(120));
  mkdirSync(long);
  path = join(long, 'control.sock');
  await start();
  const one = await connected();
  expect(await one.ask('status')).toMatchObject({ isOk: true });
  one.close();
});

test('what a killed monitor left behind is replaced, and nobody listens after the end', async () => {
  await start();
  const left = control;
  await start();
  const one = await connected();
  expect(await one.ask('status')).toMatchObject({ isOk: true });
  one.close();
  await control.close();
  expect(existsSync(path)).toBe(false);
  expect(await connectControl(path)).toBeUndefined();
  await left.close();
});

test('the store is held until it is released', async () => {
  await start();
  const one = await connected();
  await one.ask('hold');
  expect(resume).not.toHaveBeenCalled();
  await expect(one.ask('hold')).rejects.toThrow('nothing to hold');
  await one.ask('release');
  expect(resume).toHaveBeenCalledOnce();
  await expect(one.ask('release')).rejects.toThrow('nothing is held');
  one.close();
});

test('whoever goes lets the store go', async () => {
  await start();
  const one = await connected();
  await one.ask('hold');
  one.close();
  await until(() => resume.mock.calls.length === 1, { what: 'the store to go on' });
});

test('a store that cannot stand still is told with its reason', async () => {
  await start();
  standStill.mockRejectedValueOnce(new Error('another backup'));
  const one = await connected();
  await expect(one.ask('hold')).rejects.toThrow('another backup');
  expect(await one.ask('status')).toMatchObject({ isOk: true });
  one.close();
});

test.each([
  { name: 'no JSON', text: 'hello\n' },
  { name: 'an unknown command', text: '{"command":"stop"}\n' },
  { name: 'a command that every object inherits', text: '{"command":"toString"}\n' },
])('$name is refused', async ({ text }) => {
  await start();
  const socket = connect(path);
  socket.write(text);
  const [answer] = await new Promise<[Buffer]>((resolve) =>
    socket.once('data', (data) => resolve([data])),
  );
  expect(JSON.parse(answer.toString())).toMatchObject({ isOk: false });
  expect(standStill).not.toHaveBeenCalled();
  socket.destroy();
});

test('a line without an end is cut off', async () => {
  await start();
  const socket = connect(path);
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write('x'.repeat(5000));
  await closed;
});
