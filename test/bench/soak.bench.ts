import { setTimeout as sleep } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { expect, test } from 'vitest';
import { type HeapEntry, heapWatch } from '../support/heap-watch.ts';
import { startInfluxd } from '../support/influxd.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { percentile, report } from './figures.ts';
import { startWith } from './ingest/contestant.ts';
import { startFlicker } from './ingest/flicker.ts';
import { startLoad } from './ingest/load.ts';
import { cpuMsOf } from './ingest/process-usage.ts';
import { untilStored } from './ingest/stored.ts';

const MINUTES = Number(process.env.SOAK_MINUTES ?? 60);
const PER_SECOND = 2000;
const DEVICES = 2000;
const MINUTE_MS = 60_000;
/** From here on the heap must be flat: minute 10 of an hour. */
const SETTLED_SHARE = 1 / 6;
/** A shorter run looks more often. */
const LOOK_MS = Math.min(MINUTE_MS, (MINUTES * MINUTE_MS) / 24);
const PATIENCE_MS = (MINUTES + 30) * MINUTE_MS;
const LOOKS_TOGETHER = 5;
const MB = 1024 * 1024;

test(
  `${MINUTES} minutes at 2,000 messages a second leave nothing in the heap`,
  async () => {
    await using broker = await startMosquitto();
    await using influxd = await startInfluxd();
    const heap = await heapWatch(LOOK_MS);
    const monitor = await startWith(broker.url, influxd.url, heap.env);
    const viewer = io(`${monitor.liveUrl}/live`, { transports: ['websocket'] });
    try {
      await viewer.emitWithAck('watch', { sites: ['*'], detail: 'full' });
      const flicker = await startFlicker(broker.url);
      const load = startLoad({ port: broker.port, perSecond: PER_SECOND, devices: DEVICES });
      const startedAt = Date.now();
      const cpuBefore = cpuMsOf(monitor.pid);
      await sleep(MINUTES * MINUTE_MS);
      const entries = heap.entries();
      const published = (await load.stop()) + (await flicker.stop());
      const seconds = (Date.now() - startedAt) / 1000;
      const cpuMs = cpuMsOf(monitor.pid) - cpuBefore;
      expect(await untilStored(influxd, published), 'points in InfluxDB').toBe(published);
      report('soak', { 'msg/s': published / seconds, '% of a core': cpuMs / seconds / 10 });
      reportHeap(entries, startedAt + MINUTES * MINUTE_MS * SETTLED_SHARE);
    } finally {
      viewer.disconnect();
      await monitor.end();
      await heap.remove();
    }
  },
  PATIENCE_MS,
);

/** Each thread's heap from where it had settled to the end: medians of some looks, as any one may be off. */
function reportHeap(entries: readonly HeapEntry[], settledAt: number): void {
  const byThread = Map.groupBy(entries, ({ threadId }) => threadId);
  expect(byThread.has(0), 'entries of the main thread').toBe(true);
  for (const [threadId, all] of byThread) {
    const from = all.findIndex(({ at }) => at >= settledAt);
    const settled = medians(all.slice(from, from + LOOKS_TOGETHER));
    const last = medians(all.slice(-LOOKS_TOGETHER));
    const name = threadId === 0 ? 'main thread' : `worker ${threadId}`;
    report(`soak, ${name}`, {
      'settled heap MB': settled.heapMb,
      'last heap MB': last.heapMb,
      'growth %': (last.heapMb / settled.heapMb - 1) * 100,
      'array buffers MB': `${settled.buffersMb.toFixed(1)} → ${last.buffersMb.toFixed(1)}`,
      'process RSS MB': `${settled.rssMb.toFixed(0)} → ${last.rssMb.toFixed(0)}`,
      'all looks': all.map(({ heapUsed }) => (heapUsed / MB).toFixed(0)).join(' '),
    });
  }
}

function medians(entries: readonly HeapEntry[]) {
  const median = (key: 'heapUsed' | 'arrayBuffers' | 'rss') =>
    percentile(
      entries.map((entry) => entry[key] / MB),
      0.5,
    );
  return { heapMb: median('heapUsed'), buffersMb: median('arrayBuffers'), rssMb: median('rss') };
}
