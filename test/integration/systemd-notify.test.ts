import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createNotifier } from '../../src/adapters/systemd/notify.ts';
import { startMonitor } from '../support/monitor.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

const log = pino({ level: 'silent' });
/** Half of it is the time between two beats. */
const WATCHDOG_USEC = '40000';

let folder: TempFolder;
let told: string;
let env: Record<string, string>;

/** A `systemd-notify` that writes down what it is given. */
beforeEach(async () => {
  folder = await tempFolder('notify');
  told = join(folder.path, 'told');
  writeFileSync(told, '');
  const program = `#!/bin/sh\necho "$1" >> '${told}'\n`;
  writeFileSync(join(folder.path, 'systemd-notify'), program, { mode: 0o700 });
  env = { PATH: `${folder.path}:${process.env.PATH}`, NOTIFY_SOCKET: '@svitlo-test' };
});

afterEach(() => folder?.remove());

const lines = () => readFileSync(told, 'utf8').split('\n').filter(Boolean);
const untilTold = (state: string, times = 1) =>
  until(() => lines().filter((line) => line === state).length >= times, { what: state });

function notifierWith(pulse: () => Promise<void>, more: Record<string, string> = {}) {
  const all = { ...env, ...more };
  return createNotifier({ env: all, pid: 7, pulse, log });
}

describe('systemd', () => {
  test('is told the start, the end, and no beat that it did not ask for', async () => {
    const notifier = notifierWith(() => Promise.resolve());
    notifier.ready();
    await untilTold('READY=1');
    notifier.stopping();
    await untilTold('STOPPING=1');
    expect(lines()).toEqual(['READY=1', 'STOPPING=1']);
  });

  test('gets its beat while the threads answer, and none after the end', async () => {
    let beats = 0;
    const pulse = async () => {
      beats += 1;
    };
    const notifier = notifierWith(pulse, { WATCHDOG_USEC, WATCHDOG_PID: '7' });
    notifier.ready();
    await untilTold('WATCHDOG=1', 3);
    notifier.stopping();
    await untilTold('STOPPING=1');
    const seen = beats;
    expect(lines()[0]).toBe('READY=1');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(beats).toBe(seen);
    expect(lines().at(-1)).toBe('STOPPING=1');
  });

  test('gets no beat while a thread hangs', async () => {
    const asked = Promise.withResolvers<void>();
    const notifier = notifierWith(
      () => {
        asked.resolve();
        return new Promise(() => {});
      },
      { WATCHDOG_USEC },
    );
    notifier.ready();
    await asked.promise;
    notifier.stopping();
    await untilTold('STOPPING=1');
    expect(lines()).toEqual(['READY=1', 'STOPPING=1']);
  });

  test('gets no beat for a thread that has died, and one when it answers again', async () => {
    let asked = 0;
    const notifier = notifierWith(
      async () => {
        asked += 1;
        if (asked < 3) throw new Error('thread ended');
      },
      { WATCHDOG_USEC },
    );
    notifier.ready();
    await untilTold('WATCHDOG=1');
    expect(asked).toBeGreaterThanOrEqual(3);
    notifier.stopping();
  });

  test('that waits for another process gets no beat of this one', async () => {
    let asked = 0;
    const pulse = async () => {
      asked += 1;
    };
    const notifier = notifierWith(pulse, { WATCHDOG_USEC, WATCHDOG_PID: '8' });
    notifier.ready();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(asked).toBe(0);
    notifier.stopping();
  });
});

test('the monitor tells systemd its start, its beat and its end', async () => {
  await using monitor = await startMonitor({ ...env, WATCHDOG_USEC });
  await untilTold('WATCHDOG=1', 2);
  expect(lines()[0]).toBe('READY=1');
  await monitor.stop();
  await untilTold('STOPPING=1');
});
