import type { Alarm } from '../../src/contract/alarm.ts';
import type { Device } from '../../src/contract/device.ts';
import type { Readiness } from '../../src/contract/readiness.ts';
import type { Reject } from '../../src/contract/sample.ts';
import { readScrape } from './exposition.ts';
import { until } from './wait.ts';

interface Place {
  url: string;
}

export async function getJson<T>({ url }: Place, path: string): Promise<T> {
  const answer = await fetch(`${url}${path}`);
  return (await answer.json()) as T;
}

/** Codes and states of the alarms that are active, as `site.device.CODE STATE`. */
export async function activeAlarms(monitor: Place): Promise<string[]> {
  const alarms = await getJson<Alarm[]>(monitor, '/api/v1/alarms?state=active');
  return alarms.map(({ id, state }) => `${id} ${state}`);
}

/** The device's live state, or `undefined` where the monitor does not know it. */
export async function findDevice(monitor: Place, site: string, id: string) {
  const devices = await getJson<Device[]>(monitor, '/api/v1/devices');
  return devices.find((device) => device.site === site && device.id === id);
}

export function rejectsOf(monitor: Place) {
  return getJson<{ counts: Record<string, number>; newest: Reject[] }>(monitor, '/api/v1/rejects');
}

/** Everything that was received is acknowledged: the broker will not deliver it again. */
export async function untilAcknowledged({ url }: Place): Promise<void> {
  const what = 'every message to be acknowledged';
  await until(
    async () => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return readScrape(text).value('svitlo_unacknowledged_messages') === 0;
    },
    { what },
  );
}

/** One dependency of `/readyz`: broker, store, spool or journal. */
export async function dependency(monitor: Place, name: string): Promise<Readiness | undefined> {
  type Answer = { dependencies: Record<string, Readiness> };
  return (await getJson<Answer>(monitor, '/readyz')).dependencies[name];
}

export async function untilDependency(monitor: Place, name: string, state: string): Promise<void> {
  await until(async () => (await dependency(monitor, name))?.state === state, {
    what: `${name} to be ${state}`,
  });
}
