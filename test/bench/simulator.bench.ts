import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { startMosquitto } from '../support/mosquitto.ts';
import { runCommand } from '../support/run-command.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { report } from './figures.ts';

const repository = resolve(import.meta.dirname, '../..');
const DEVICES = 20_000;
/** Beside the minute at full rate, the seconds in which the fleet is switched on. */
const SECONDS = 65;

test('one process drives 20,000 devices at 1 Hz on schedule', async () => {
  await using broker = await startMosquitto();
  await using folder = await tempFolder('scale');
  const args = ['simulators/cli.ts', '--scenario', 'scale', '--devices', `${DEVICES}`];
  args.push('--duration', `${SECONDS}s`, '--url', broker.url, '--out', folder.path);
  const run = await runCommand(process.execPath, args, { cwd: repository });
  expect(run.status).toBe(0);
  const figure = (pattern: RegExp) => Number(pattern.exec(run.stdout)?.[1]);
  const published = figure(/Published (\d+) messages/);
  report('simulator, 20,000 devices at 1 Hz, QoS 1', {
    messages: published,
    'messages a second': Math.round(published / SECONDS),
    'written within 100 ms of their due time, %': `${figure(/([\d.]+) % written within/)}`,
    'p99, ms': figure(/p99 (\d+) ms/),
    'max, ms': figure(/max (\d+) ms/),
    cores: `${figure(/([\d.]+) cores/)}`,
    'memory, MB': figure(/(\d+) MB/),
  });
  expect(published).toBeGreaterThanOrEqual(DEVICES * 60);
});
