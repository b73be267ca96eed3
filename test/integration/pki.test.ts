import { X509Certificate } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireCommand } from '../support/installed.ts';
import { createPki, type Pki } from '../support/pki.ts';
import { runCommand } from '../support/run-command.ts';
import { tempFolder } from '../support/temp-folder.ts';

let number = 0;
/** A device that nothing was issued to yet. */
function newDevice(): string {
  number += 1;
  return `krakivets/ups/ups-${number}`;
}
const YEAR_MS = 365.25 * 24 * 3600 * 1000;
const DAY_MS = 24 * 3600 * 1000;

let pki: Pki;

beforeAll(async () => {
  pki = await createPki();
});

afterAll(() => pki?.[Symbol.asyncDispose]());

const read = (file: string) => readFile(join(pki.folder, file), 'utf8');
const certificateIn = async (file: string) => new X509Certificate(await read(file));
const lifeOf = ({ validToDate }: X509Certificate) => validToDate.getTime() - Date.now();

/** What OpenSSL, as brokers use it, says of a certificate with the revocation list. */
async function verify(file: string, purpose: 'sslclient' | 'sslserver'): Promise<string> {
  const trust = ['-CAfile', 'ca.pem', '-crl_check', '-CRLfile', 'crl.pem', '-x509_strict'];
  const args = ['verify', ...trust, '-purpose', purpose, file];
  const { stdout, stderr } = await runCommand(requireCommand('openssl'), args, { cwd: pki.folder });
  return stdout + stderr;
}

test('OpenSSL takes what it issues for what it is for, and until when it is said', async () => {
  const id = newDevice();
  await pki.run('device', id);
  await pki.run('client', 'monitor');
  const device = `devices/${id}.pem`;
  expect(await verify(device, 'sslclient')).toBe(`${device}: OK\n`);
  expect(await verify('clients/monitor.pem', 'sslclient')).toContain(': OK');
  expect(await verify('server.pem', 'sslserver')).toContain(': OK');
  expect(await verify(device, 'sslserver')).toContain('unsuitable certificate purpose');
  expect(await verify('server.pem', 'sslclient')).toContain('unsuitable certificate purpose');

  const server = await certificateIn('server.pem');
  expect(server.checkHost('localhost')).toBe('localhost');
  expect(server.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(lifeOf(server)).toBeLessThanOrEqual(825 * DAY_MS);
  const authority = await certificateIn('ca.pem');
  expect(Math.round(lifeOf(authority) / YEAR_MS)).toBe(10);
  expect(authority.ca).toBe(true);
  expect((await certificateIn(device)).subject).toBe(`CN=${id}`);
});

test.each(['__proto__', 'constructor'])('%s had nothing that could be revoked', async (id) => {
  expect(await pki.run('revoke', id)).toMatchObject({ status: 1 });
});

test('a revoked certificate fails, the others go on, and the list says when', async () => {
  const id = newDevice();
  const other = newDevice();
  await pki.run('device', id, other);
  const { status, stdout } = await pki.run('revoke', id);
  expect({ status, stdout }).toMatchObject({ status: 0 });
  expect(stdout).toContain('certificates revoked: 1');
  expect(await verify(`devices/${id}.pem`, 'sslclient')).toContain('certificate revoked');
  expect(await verify(`devices/${other}.pem`, 'sslclient')).toContain(': OK');
  const listed = (await pki.run('list')).stdout.split('\n');
  expect(listed.find((line) => line.startsWith(`${id} `))).toMatch(/device .* revoked \d\d /);
  expect(await pki.run('revoke', id)).toMatchObject({ status: 1 });
});

test('all of it is its owner’s alone', async () => {
  const id = newDevice();
  await pki.run('device', id);
  await pki.run('password', id);
  const names = await readdir(pki.folder, { recursive: true });
  expect(names).toContain('ca.key');
  for (const name of ['.', ...names]) {
    const info = await stat(join(pki.folder, name));
    expect([name, info.mode & 0o777]).toEqual([name, info.isDirectory() ? 0o700 : 0o600]);
  }
});

test('nothing is replaced unless it is said', async () => {
  const id = newDevice();
  await pki.run('device', id);
  await pki.run('password', id);
  const before = await Promise.all(['ca.key', 'server.key', `devices/${id}.key`].map(read));
  for (const order of [['init'], ['server', 'localhost'], ['device', id], ['password', id]]) {
    const { status, stderr } = await pki.run(...order);
    expect([order, status]).toEqual([order, 1]);
    expect(stderr).toContain('--renew');
  }
  expect(await Promise.all(['ca.key', 'server.key', `devices/${id}.key`].map(read))).toEqual(
    before,
  );
  expect(await pki.run('device', id, '--renew')).toMatchObject({ status: 0 });
  expect(await read(`devices/${id}.key`)).not.toBe(before[2]);
});

test('a password is shown once, and only its hash is kept', async () => {
  const id = newDevice();
  const password = await pki.givePassword(id);
  expect(password).toMatch(/^[\w-]{32}$/);
  expect(await read('passwords.json')).not.toContain(password);
  expect((await pki.run('list')).stdout).toMatch(new RegExp(`^${id} +password`, 'm'));
  expect((await pki.run('revoke', id)).stdout).toContain('its password is gone');
  expect(JSON.parse(await read('passwords.json'))).not.toHaveProperty([id]);
});

describe('what it cannot do', () => {
  test.each([
    [['device', 'krakivets/fridge/ups-1'], 1, /expected SITE\/KIND\/DEVICE/],
    [['device', '../ups/ups-1'], 1, /expected SITE\/KIND\/DEVICE/],
    [
      ['device', `${'s'.repeat(40)}/ups/${'d'.repeat(40)}`],
      1,
      /64 characters.*npm run pki -- password/,
    ],
    [['client', '../monitor'], 1, /expected a name/],
    [['server', 'not a host'], 1, /expected host names/],
    [['server'], 2, /npm run pki -- COMMAND/],
    [['constructor'], 2, /npm run pki -- COMMAND/],
    [['list', '--what'], 2, /npm run pki -- COMMAND/],
  ])('%j is refused with what was expected', async (order, status, said) => {
    const answer = await pki.run(...order);
    expect(answer.status).toBe(status);
    expect(answer.stderr).toMatch(said);
  });

  test('a long identifier gets a password', async () => {
    const id = `${'s'.repeat(40)}/ups/${'d'.repeat(40)}`;
    expect(await pki.givePassword(id)).not.toBe('');
  });
});

test('without an authority it says how to make one; in Ukrainian unless told', async () => {
  const id = newDevice();
  await using folder = await tempFolder('no-pki');
  const command = join(import.meta.dirname, '../../src/command/pki.ts');
  const run = (...args: string[]) =>
    runCommand(process.execPath, [command, ...args], { env: { SVITLO_DATA_DIR: folder.path } });
  const { status, stderr } = await run('device', id);
  expect(status).toBe(1);
  expect(stderr).toContain('ще немає центру сертифікації: npm run pki -- init');
  expect((await run('init')).stdout).toContain(join(folder.path, 'pki', 'ca.pem'));
});
