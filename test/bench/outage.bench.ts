import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Influxd, startInfluxd } from '../support/influxd.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { until } from '../support/wait.ts';
import { report } from './figures.ts';
import { startSvitlo } from './ingest/contestant.ts';
import { startLoad } from './ingest/load.ts';
import { rssMbOf, untilQuiet } from './ingest/process-usage.ts';
import { watchRss } from './ingest/rss-watch.ts';
import { newestStored, untilStored } from './ingest/stored.ts';

const POINTS = Number(process.env.OUTAGE_POINTS ?? 10_000_000);
/** 0: as fast as they are taken. */
const PER_SECOND = Number(process.env.OUTAGE_PER_SECOND ?? 0);
const ARRIVING_PER_SECOND = 10_000;
const WARM_UP = 300_000;
const PATIENCE_MS = 4 * 3_600_000;
const DRAIN_PATIENCE_MS = 3_600_000;
const LOOK_MS = 500;
/** The newest point in InfluxDB is no older: the backlog is written. */
const CAUGHT_UP_MS = 3000;

test(
  'InfluxDB away while points come in, and back while more arrive',
  async () => {
    await using broker = await startMosquitto();
    await using influxd = await startInfluxd();
    const monitor = await startSvitlo(broker.url, influxd.url);
    using rss = watchRss(monitor.pid);
    const load = { port: broker.port, perSecond: PER_SECOND };
    try {
      const warmUp = await startLoad({ ...load, messages: WARM_UP }).finished;
      expect(await untilStored(influxd, warmUp)).toBe(warmUp);
      await untilQuiet(monitor.pid);
      const before = { peak: rss.peak(), level: rssMbOf(monitor.pid) };
      const reportRss = (when: string) => {
        const peak = rss.peak();
        report(`outage, memory while ${when}, MB`, {
          'at rest before': before.level,
          'highest before, under load': before.peak,
          highest: peak,
          'growth over rest': peak - before.level,
          'growth over load': peak - before.peak,
        });
      };

      await influxd.kill();
      const awayAt = performance.now();
      await startLoad({ ...load, messages: POINTS }).finished;
      await untilQuiet(monitor.pid);
      const awaySeconds = (performance.now() - awayAt) / 1000;
      report('outage, InfluxDB away', { points: `${POINTS}`, 'points/s': POINTS / awaySeconds });
      reportRss('InfluxDB is away');

      const arriving = startLoad({ port: broker.port, perSecond: ARRIVING_PER_SECOND });
      await influxd.restart();
      await untilDraining(influxd);
      const [drainAt, sentBefore] = [performance.now(), arriving.sent()];
      await untilCaughtUp(influxd);
      const seconds = (performance.now() - drainAt) / 1000;
      const sent = arriving.sent();
      const perSecond = (POINTS + sent) / seconds;
      report('outage, InfluxDB back', {
        'drained in s': seconds,
        'points/s written': perSecond,
        'times the arrival rate': (perSecond / ARRIVING_PER_SECOND).toFixed(2),
        'points/s arriving': (sent - sentBefore) / seconds,
      });
      reportRss('the spool is drained');
      const published = warmUp + POINTS + (await arriving.stop());
      expect(await untilStored(influxd, published), 'points in InfluxDB').toBe(published);
    } finally {
      await monitor.end();
    }
  },
  PATIENCE_MS,
);

/** The monitor tries a store that was away only now and then. */
async function untilDraining(influxd: Influxd): Promise<void> {
  const known = await newestStored(influxd);
  const isWriting = async () => (await newestStored(influxd)) > known;
  await until(isWriting, { what: 'the drain to begin', timeoutMs: 120_000, intervalMs: LOOK_MS });
}

async function untilCaughtUp(influxd: Influxd): Promise<void> {
  const deadline = Date.now() + DRAIN_PATIENCE_MS;
  while ((await newestStored(influxd)) < Date.now() - CAUGHT_UP_MS) {
    if (Date.now() > deadline) throw new Error('the spool is not drained');
    await sleep(LOOK_MS);
  }
}
