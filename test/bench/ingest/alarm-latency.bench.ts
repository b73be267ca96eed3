import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startInfluxd } from '../../support/influxd.ts';
import { startMosquitto } from '../../support/mosquitto.ts';
import { until } from '../../support/wait.ts';
import { percentile, report } from '../figures.ts';
import { type Start, startRelay, startSvitlo } from './contestant.ts';
import { startLoad } from './load.ts';
import { type ProbeAnswer, startProber } from './probe.ts';
import { race } from './race.ts';
import { newestStored, untilStored } from './stored.ts';

const MESSAGES = Number(process.env.BENCH_MESSAGES ?? 300_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const ALARMS = Number(process.env.BENCH_ALARMS ?? 2000);
const BACKLOG = Number(process.env.BENCH_BACKLOG ?? 1_000_000);
const PATIENCE_MS = 3_600_000;
const SETTLE_MS = 3000;
const LOOK_MS = 250;

const perRound = Math.ceil(ALARMS / ROUNDS);

interface Latencies {
  idle: number[];
  loaded: number[];
}

const percentilesOf = (latencies: readonly number[]) => ({
  p50: percentile(latencies, 0.5),
  p99: percentile(latencies, 0.99),
});

function reportLatencies(name: string, latencies: readonly number[]): void {
  const { p50, p99 } = percentilesOf(latencies);
  const max = percentile(latencies, 1);
  const count = `${latencies.length}`;
  report(`alarm, ${name}, ms`, { alarms: count, p50: p50.toFixed(2), p99: p99.toFixed(2), max });
}

function reportRatio(name: string, ours: readonly number[], theirs: readonly number[]): void {
  const [left, right] = [percentilesOf(ours), percentilesOf(theirs)];
  const ratio = (key: 'p50' | 'p99') => (left[key] / right[key]).toFixed(2);
  report(`alarm, ${name}`, { p50: ratio('p50'), p99: ratio('p99') });
}

function taken({ latencies, missed }: ProbeAnswer): number[] {
  expect(missed, 'alarms that never came').toBe(0);
  return latencies;
}

/** One contestant on fresh servers: alarms while nothing else happens, then under the load. */
async function measure(start: Start, perSecond: number): Promise<Latencies> {
  await using broker = await startMosquitto();
  await using influxd = await startInfluxd();
  const contestant = await start(broker.url, influxd.url);
  try {
    await using prober = await startProber(broker.url, contestant.liveUrl ?? '');
    // What runs for the first time is slow, with the contestant and with the prober.
    await startLoad({ port: broker.port, messages: 50_000 }).finished;
    await prober.run(0, 100);
    await sleep(SETTLE_MS);
    const idle = taken(await prober.run(1000, perRound));
    const load = startLoad({ port: broker.port, perSecond });
    await sleep(SETTLE_MS);
    const loaded = taken(await prober.run(1000 + perRound, perRound));
    await load.stop();
    return { idle, loaded };
  } finally {
    await contestant.end();
  }
}

test(
  'alarms idle and at half of the maximal load, beside a bare relay',
  async () => {
    const { perSecond: maximum } = await race(startSvitlo, MESSAGES);
    const perSecond = Math.round(maximum / 2);
    report('load', { 'maximum, msg/s': maximum, 'half of it, msg/s': perSecond });
    const contestants = [
      { name: 'svitlo', start: startSvitlo },
      { name: 'relay', start: startRelay },
    ];
    const all: Record<string, Latencies> = {};
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const { name, start } of contestants) {
        const { idle, loaded } = await measure(start, perSecond);
        reportLatencies(`${name} ${round}, idle`, idle);
        reportLatencies(`${name} ${round}, half load`, loaded);
        all[name] ??= { idle: [], loaded: [] };
        all[name].idle.push(...idle);
        all[name].loaded.push(...loaded);
      }
    }
    const { svitlo, relay } = all;
    if (svitlo === undefined || relay === undefined) throw new Error('expected at least one round');
    for (const [name, { idle, loaded }] of Object.entries(all)) {
      reportLatencies(`${name}, idle`, idle);
      reportLatencies(`${name}, half load`, loaded);
    }
    reportRatio('svitlo / relay, idle', svitlo.idle, relay.idle);
    reportRatio('svitlo / relay, half load', svitlo.loaded, relay.loaded);
  },
  PATIENCE_MS,
);

test(
  'alarms while a backlog is written',
  async () => {
    await using broker = await startMosquitto();
    await using influxd = await startInfluxd();
    const monitor = await startSvitlo(broker.url, influxd.url);
    try {
      await using prober = await startProber(broker.url, monitor.liveUrl ?? '');
      const warmUp = await startLoad({ port: broker.port, messages: 50_000 }).finished;
      await prober.run(0, 100);
      await untilStored(influxd, warmUp + 200);
      const idle = taken(await prober.run(1000, ALARMS));
      const before = await untilStored(influxd, warmUp + 200 + 2 * ALARMS);
      await influxd.kill();
      await startLoad({ port: broker.port, messages: BACKLOG }).finished;
      const backlogEndsAt = Date.now();
      await influxd.restart();
      const known = await newestStored(influxd);
      const isWriting = async () => (await newestStored(influxd)) > known;
      await until(isWriting, { what: 'the backlog to be written', timeoutMs: 60_000 });
      const startedAt = performance.now();
      const series = await prober.begin(10_000, ALARMS);
      let isDone = false;
      const answer = series.answer.finally(() => {
        isDone = true;
      });
      // The load's last message but those of the last moment.
      while (!isDone && (await newestStored(influxd)) < backlogEndsAt - 2000) await sleep(LOOK_MS);
      prober.stop();
      const draining = taken(await answer);
      const seconds = (performance.now() - startedAt) / 1000;
      const published = before + BACKLOG + ALARMS + draining.length;
      expect(await untilStored(influxd, published)).toBe(published);
      reportLatencies('idle', idle);
      reportLatencies(`a backlog of ${BACKLOG} is written`, draining);
      reportRatio('writing a backlog / idle', draining, idle);
      report('alarms beside the backlog', { seconds, alarms: `${draining.length}` });
    } finally {
      await monitor.end();
    }
  },
  PATIENCE_MS,
);
