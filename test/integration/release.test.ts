import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256Of } from '../../scripts/release/checksums.ts';
import { createTrial, type Trial } from '../../scripts/release/trial.ts';
import { freePort } from '../support/free-port.ts';
import { appendTo, packSmallRelease } from '../support/small-release.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

let folder: TempFolder;
let place: TempFolder;
let trial: Trial;
let port: number;
const pack = (version: string, changes: Partial<Parameters<typeof packSmallRelease>[0]> = {}) =>
  packSmallRelease({ folder: folder.path, version, ...changes });

beforeEach(async () => {
  folder = await tempFolder('release');
  place = await tempFolder('trial');
  trial = createTrial(place.path, 10);
  port = await freePort();
});

afterEach(async () => {
  if (existsSync(trial.at('pid'))) trial.stop();
  await place?.remove();
  await folder?.remove();
});

async function installAndStart(version = '1.0.0'): Promise<void> {
  expect(trial.install(pack(version))).toMatchObject({ status: 0 });
  // Another address than the one that a health check would take by itself.
  const address = `SVITLO_HTTP_HOST=127.0.0.2\nSVITLO_HTTP_PORT=${port}\n`;
  appendFileSync(trial.at('etc/svitlo.env'), address);
  expect(trial.start()).toMatchObject({ status: 0 });
  await until(() => trial.svitlo('health').status === 0, { what: 'the service' });
}

test('installs without a network, closed to others, and says what comes next', () => {
  const { status, text } = trial.install(pack('1.0.0'));
  expect(text).not.toContain('was called');
  expect(status).toBe(0);
  expect(trial.currentVersion()).toBe('1.0.0');
  expect(statSync(trial.at('var')).mode & 0o777).toBe(0o700);
  expect(statSync(trial.at('etc')).mode & 0o777).toBe(0o750);
  expect(statSync(trial.at('etc/svitlo.env')).mode & 0o777).toBe(0o640);
  const unit = readFileSync(trial.at('unit/svitlo.service'), 'utf8');
  expect(unit).toContain(`ExecStart=${trial.at('opt')}/current/runtime/node `);
  expect(unit).toContain(`EnvironmentFile=-${trial.at('etc')}/svitlo.env`);
  expect(unit).not.toMatch(/=-?\/(opt|etc|var)\//);
  expect(text).toContain('svitlo doctor');
  expect(trial.svitlo('version').text).toBe('1.0.0\n');
});

test('installing again keeps configuration and data', () => {
  trial.install(pack('1.0.0'));
  for (const name of ['etc/svitlo.yaml', 'etc/svitlo.env', 'var/journal.db'])
    writeFileSync(trial.at(name), 'mine');
  expect(trial.install(pack('1.1.0'))).toMatchObject({ status: 0 });
  expect(trial.currentVersion()).toBe('1.1.0');
  for (const name of ['etc/svitlo.yaml', 'etc/svitlo.env', 'var/journal.db'])
    expect(readFileSync(trial.at(name), 'utf8')).toBe('mine');
});

test.each([
  ['a changed file', { damage: appendTo('src/main.ts') }, 'damaged'],
  ['a file that nobody listed', { damage: appendTo('src/more.ts') }, 'expected the'],
] as const)('refuses a release with %s', (_, changes, reason) => {
  const { status, text } = trial.install(pack('1.0.0', changes));
  expect(status).toBe(1);
  expect(text).toContain(reason);
  expect(existsSync(trial.at('opt/current'))).toBe(false);
});

test('refuses another build under a version that is installed', () => {
  trial.install(pack('1.0.0'));
  const { status, text } = trial.install(pack('1.0.0', { change: appendTo('src/main.ts') }));
  expect(status).toBe(1);
  expect(text).toContain('another build of 1.0.0');
});

test('upgrades, rolls back, and forward again', async () => {
  await installAndStart();
  const { status, text } = trial.svitlo('upgrade', pack('1.1.0'));
  expect(text).toContain('1.1.0 runs');
  expect(status).toBe(0);
  expect(trial.currentVersion()).toBe('1.1.0');
  expect(trial.svitlo('rollback')).toMatchObject({ status: 0 });
  expect(trial.currentVersion()).toBe('1.0.0');
  expect(trial.svitlo('rollback')).toMatchObject({ status: 0 });
  expect(trial.currentVersion()).toBe('1.1.0');
  expect(trial.svitlo('health')).toMatchObject({ status: 0 });
});

test('keeps the running release and the one before, and no other', async () => {
  await installAndStart();
  for (const version of ['1.1.0', '1.2.0'])
    expect(trial.svitlo('upgrade', pack(version))).toMatchObject({ status: 0 });
  expect(readdirSync(trial.at('opt/releases')).toSorted()).toEqual(['1.1.0', '1.2.0']);
});

test('a release that does not live is taken back by itself', async () => {
  await installAndStart();
  const { status, text } = trial.svitlo('upgrade', pack('1.1.0', { isBroken: true }));
  expect(status).toBe(1);
  expect(text).toContain('1.0.0 runs again; 1.1.0 did not become healthy');
  expect(trial.currentVersion()).toBe('1.0.0');
  expect(trial.svitlo('health')).toMatchObject({ status: 0 });
  expect(readdirSync(trial.at('opt/releases'))).toEqual(['1.0.0']);
});

test('where the backup fails nothing is changed', async () => {
  const backup = (text: string) => (release: string) => {
    mkdirSync(join(release, 'src/command'));
    writeFileSync(join(release, 'src/command/backup.ts'), text);
  };
  trial.install(pack('1.0.0', { change: backup('process.exit(1);') }));
  writeFileSync(trial.at('var/journal.db'), '');
  const { status, text } = trial.svitlo('upgrade', pack('1.1.0'));
  expect(status).toBe(1);
  expect(text).toContain('no backup, no upgrade: 1.0.0 goes on');
  expect(trial.currentVersion()).toBe('1.0.0');
});

test('an archive that is not what its .sha256 names is refused', async () => {
  await installAndStart();
  const archive = pack('1.1.0');
  appendFileSync(archive, 'x');
  const { status, text } = trial.svitlo('upgrade', archive);
  expect(status).toBe(1);
  expect(text).toContain('is not what its .sha256 names');
  expect(trial.currentVersion()).toBe('1.0.0');
});

test('nothing of the settings is run as a command, and a command that is none is refused', () => {
  trial.install(
    pack('1.0.0', {
      change: (release) => {
        mkdirSync(join(release, 'src/command'));
        const text = 'console.log(JSON.stringify([process.env.SVITLO_X, process.argv.slice(2)]));';
        writeFileSync(join(release, 'src/command/journal.ts'), text);
      },
    }),
  );
  appendFileSync(trial.at('etc/svitlo.env'), `SVITLO_X="a b; $(touch ${trial.at('run')}) & c"\n`);
  const { text } = trial.svitlo('journal', 'verify', '--all');
  const expected = [`a b; $(touch ${trial.at('run')}) & c`, ['verify', '--all']];
  expect(JSON.parse(text)).toEqual(expected);
  expect(existsSync(trial.at('run'))).toBe(false);
  expect(trial.svitlo('../../evil')).toMatchObject({ status: 2 });
});

test('the same release gives the same archive', () => {
  const first = sha256Of(pack('1.0.0'));
  expect(sha256Of(pack('1.0.0', { folder: join(folder.path, 'other') }))).toBe(first);
});
