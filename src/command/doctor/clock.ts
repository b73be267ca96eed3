import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Check, find, type Installation, note } from './check.ts';
import { influxTarget } from './influx-target.ts';

const TIMEOUT_MS = 5000;
const MOST_SECONDS = 5;

/** By what the servers beside it say of the time, and by what the system says of itself. */
export const clock: Check = {
  name: 'clock',
  timeoutSeconds: 20,
  run: async (place, outcome) => {
    const isSynchronized = await systemsWord();
    if (isSynchronized === false) find(outcome, 'clock_unsynchronized', {});
    const differences = await Promise.all(sourcesOf(place).map(differenceTo));
    const known = differences.filter((one) => one !== undefined);
    for (const { source, seconds } of known) {
      if (Math.abs(seconds) <= MOST_SECONDS) continue;
      find(outcome, 'clock_wrong', { source, seconds: Math.round(seconds) });
    }
    if (known.length === 0 && isSynchronized === undefined) note(outcome, 'clock_unchecked', {});
  },
};

function sourcesOf({ settings: { influxUrl, oidcIssuer } }: Installation): string[] {
  const influx = influxUrl === undefined ? [] : [`${influxTarget(influxUrl).origin}/ping`];
  return oidcIssuer === undefined ? influx : [...influx, oidcIssuer];
}

/** `Date` (RFC 9110, 6.6.1) has whole seconds: it stands for the middle of one. */
async function differenceTo(url: string): Promise<{ source: string; seconds: number } | undefined> {
  try {
    const asked = Date.now();
    const response = await fetch(url, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'manual',
    });
    const told = Date.parse(response.headers.get('date') ?? '');
    await response.body?.cancel();
    if (Number.isNaN(told)) return undefined;
    const middle = (asked + Date.now()) / 2;
    return { source: new URL(url).host, seconds: (middle - told - 500) / 1000 };
  } catch {
    return undefined;
  }
}

/** `undefined` where there is no systemd to ask. */
async function systemsWord(): Promise<boolean | undefined> {
  try {
    const args = ['show', '--property=NTPSynchronized', '--value'];
    const { stdout } = await promisify(execFile)('timedatectl', args, { timeout: TIMEOUT_MS });
    return stdout.trim() === 'yes' ? true : stdout.trim() === 'no' ? false : undefined;
  } catch {
    return undefined;
  }
}
