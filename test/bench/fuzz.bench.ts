import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { expect, test } from 'vitest';
import { heapNow } from '../support/fuzz/heap-now.ts';
import { type HostileMessage, hostileMessages } from '../support/fuzz/hostile-message.ts';
import { isDelivered } from '../support/fuzz/hostile-topic.ts';
import { createFuzzedPipeline, MAX_UNREGISTERED } from '../support/fuzz/play.ts';
import { heapWatch } from '../support/heap-watch.ts';
import { startInfluxd } from '../support/influxd.ts';
import { startMonitor } from '../support/monitor.ts';
import { rejectsOf } from '../support/monitor-api.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { START } from '../support/sample.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';
import { percentile, report } from './figures.ts';

const MESSAGES = Number(process.env.FUZZ_MESSAGES ?? 1_000_000);
const MONITOR_MESSAGES = Number(process.env.FUZZ_MONITOR_MESSAGES ?? 50_000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const PER_SECOND = 500;
const PUBLISHED_TOGETHER = 500;
const PATIENCE_MS = 3_600_000;
const HEAP_EVERY_MS = 500;
const MB = 1024 * 1024;

const sumOf = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

test(
  `${MESSAGES} hostile messages through decoder and pipeline`,
  async () => {
    const pipeline = createFuzzedPipeline(START);
    const { clock, rejects, expected, spool } = pipeline;
    const messages = hostileMessages(SEED, () => clock.now());
    let heapAtTenth = 0;
    for (let number = 1; number <= MESSAGES; number += 1) {
      await pipeline.take(messages.next().value);
      clock.ms += 1000 / PER_SECOND;
      if (number % PER_SECOND === 0) await pipeline.everySecond();
      if (number === Math.floor(MESSAGES / 10)) heapAtTenth = heapNow() / MB;
    }
    pipeline.look();
    const heapAtEnd = heapNow() / MB;
    report(`fuzz, seed ${SEED}`, {
      messages: `${MESSAGES}`,
      'points stored': `${spool.lines}`,
      'rejects counted': `${sumOf(rejects.counts())}`,
      'heap at a tenth MB': heapAtTenth,
      'heap at the end MB': heapAtEnd,
    });
    expect(rejects.counts()).toEqual(expected);
  },
  PATIENCE_MS,
);

test(
  `${MONITOR_MESSAGES} hostile messages through a monitor`,
  async () => {
    await using broker = await startMosquitto();
    await using influxd = await startInfluxd();
    await using folder = await tempFolder('fuzz');
    const config = join(folder.path, 'svitlo.yaml');
    await writeFile(config, `maxUnregistered: ${MAX_UNREGISTERED}\n`);
    const heap = await heapWatch(HEAP_EVERY_MS);
    await using monitor = await startMonitor({
      SVITLO_MQTT_URL: broker.url,
      SVITLO_INFLUX_URL: `${influxd.url}/svitlo`,
      SVITLO_CONFIG: config,
      ...heap.env,
    });
    const { pid } = monitor;
    const expected = await publishHostile(broker.url, MONITOR_MESSAGES);
    await until(async () => sumOf((await rejectsOf(monitor)).counts) >= sumOf(expected), {
      what: `${sumOf(expected)} rejects`,
      timeoutMs: 30_000,
    });
    expect((await rejectsOf(monitor)).counts).toEqual(expected);
    expect(monitor.pid).toBe(pid);
    expect((await fetch(`${monitor.url}/readyz`)).status).toBe(200);
    for (const path of ['sites', 'devices', 'rejects', 'alarms?state=all'])
      expect((await fetch(`${monitor.url}/api/v1/${path}`)).status, path).toBe(200);
    const looks = heap.entries().filter(({ threadId }) => threadId === 0);
    const heapOf = (from: number, to: number) =>
      percentile(
        looks
          .slice(Math.floor(looks.length * from), Math.ceil(looks.length * to))
          .map(({ heapUsed }) => heapUsed / MB),
        0.5,
      );
    report(`fuzz of a monitor, seed ${SEED}`, {
      messages: `${MONITOR_MESSAGES}`,
      'rejects counted': `${sumOf(expected)}`,
      'heap at a tenth MB': heapOf(0.1, 0.2),
      'heap at the end MB': heapOf(0.9, 1),
    });
    // Whatever was wrong with a message: nothing that reached the store was refused, nothing failed.
    expect(monitor.output()).toBe('');
    await heap.remove();
  },
  PATIENCE_MS,
);

/** Publishes what a broker takes, and resolves with the rejects that it must give. */
async function publishHostile(url: string, count: number): Promise<Record<string, number>> {
  const client = await connectAsync(url, { protocolVersion: 5 });
  const pipeline = createFuzzedPipeline(Date.now());
  const messages = hostileMessages(SEED + 1, () => Date.now());
  const publish = ({ topic, payload }: HostileMessage) =>
    client.publishAsync(topic, payload, { qos: 1 });
  for (let published = 0; published < count; ) {
    const together: Promise<unknown>[] = [];
    while (together.length < PUBLISHED_TOGETHER) {
      const message = { ...messages.next().value, isRetained: false };
      if (!isDelivered(message.topic)) continue;
      pipeline.clock.ms = Date.now();
      await pipeline.take(message);
      together.push(publish(message));
    }
    await Promise.all(together);
    published += together.length;
  }
  await client.endAsync();
  return pipeline.expected;
}
