import { writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { stringify } from 'yaml';
import { upsPayload } from './telemetry.ts';

/** Sites of a region by their number of UPSs: `[13, 13, 2]` are three. */
export type StormPlan = Readonly<Record<string, readonly number[]>>;

export interface StormUps {
  site: string;
  device: string;
  region: string;
}

const CONNECTIONS = 8;
const INTERVAL_MS = 5000;

/** Every UPS of the plan, site by site: `lviv-1/ups-1`. */
export function upsOf(plan: StormPlan): StormUps[] {
  return Object.entries(plan).flatMap(([region, sites]) =>
    sites.flatMap((count, index) =>
      Array.from({ length: count }, (_, number) => ({
        site: `${region}-${index + 1}`,
        device: `ups-${number + 1}`,
        region,
      })),
    ),
  );
}

/** Writes the plan as a `svitlo.yaml`. */
export async function writeStorm(file: string, plan: StormPlan): Promise<void> {
  const sites: Record<string, { devices: Record<string, unknown> } & Record<string, unknown>> = {};
  for (const { site, device, region } of upsOf(plan)) {
    sites[site] ??= { name: { uk: `Пункт ${site}`, en: `Site ${site}` }, region, devices: {} };
    sites[site].devices[device] = { kind: 'ups', interval: `${INTERVAL_MS / 1000}s` };
  }
  await writeFile(file, stringify({ sites }));
}

/** UPSs that speak every five seconds, and at once when something happens to them. */
export class Storm {
  readonly #clients: MqttClient[];
  readonly #units: readonly StormUps[];
  readonly #status = new Map<StormUps, string>();
  #seq = 0;
  #timer: NodeJS.Timeout | undefined;

  private constructor(clients: MqttClient[], units: readonly StormUps[]) {
    this.#clients = clients;
    this.#units = units;
  }

  static async start(url: string, plan: StormPlan): Promise<Storm> {
    const clients: MqttClient[] = [];
    for (let index = 0; index < CONNECTIONS; index += 1) {
      const client = await connectAsync(url);
      // Small packets must not wait for the ACK of the one before.
      if (client.stream instanceof Socket) client.stream.setNoDelay(true);
      clients.push(client);
    }
    const storm = new Storm(clients, upsOf(plan));
    await storm.#say(storm.#units);
    storm.#timer = setInterval(() => void storm.#say(storm.#units), INTERVAL_MS);
    return storm;
  }

  /** From now on these say `status`, one after the other within `withinMs`; resolves with when each said so first. */
  async strike(units: readonly StormUps[], status: string, withinMs: number) {
    const begunAt = performance.now();
    const saidAt = new Map<string, number>();
    const sent: Promise<unknown>[] = [];
    for (const [index, one] of units.entries()) {
      const dueMs = (index / units.length) * withinMs - (performance.now() - begunAt);
      if (dueMs > 1) await sleep(dueMs);
      this.#status.set(one, status);
      saidAt.set(`${one.site}.${one.device}`, Date.now());
      sent.push(this.#publish(one));
    }
    await Promise.all(sent);
    return saidAt;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#clients.map((client) => client.endAsync(true)));
  }

  async #say(units: readonly StormUps[]): Promise<void> {
    await Promise.allSettled(units.map((one) => this.#publish(one)));
  }

  #publish(one: StormUps): Promise<unknown> {
    const topic = `svitlo/v1/${one.site}/ups/${one.device}/telemetry`;
    // A site's devices share a connection, and so keep their order.
    const client = this.#clients[Number(one.site.split('-').at(-1)) % CONNECTIONS];
    const payload = upsPayload(Date.now(), this.#status.get(one) ?? 'OL', this.#seq++);
    return client?.publishAsync(topic, payload, { qos: 1 }) ?? Promise.resolve();
  }
}
