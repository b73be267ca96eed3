import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Influxd, startInfluxd } from '../../support/influxd.ts';
import { startMosquitto } from '../../support/mosquitto.ts';
import type { Start } from './contestant.ts';
import { cpuMsOf, peakRssMbOf } from './process-usage.ts';

const DEVICES = 500;
const WARM_UP = 30_000;
const LOOK_MS = 200;
const PATIENCE_MS = 120_000;

export interface Figures {
  stored: number;
  perSecond: number;
  /** Of the contestant alone, with all its threads. */
  cpuMicrosPerMessage: number;
  peakRssMb: number;
}

/** Publishes the messages with the numbers `from` to `from + messages - 1`; resolves at the last PUBACK. */
export async function publishLoad(load: {
  port: number;
  messages: number;
  firstTs: number;
  from: number;
  perSecond?: number;
}): Promise<void> {
  const { port, messages, firstTs, from, perSecond = 0 } = load;
  const args = [port, messages, DEVICES, firstTs, perSecond, from].map(String);
  const script = join(import.meta.dirname, 'load-generator.ts');
  const child = spawn(process.execPath, [script, ...args], { stdio: 'inherit' });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`the load generator ended with ${status}`);
}

async function countStored(influxd: Influxd): Promise<number> {
  const rows = await influxd.query('svitlo', 'SELECT count("ups.load") AS n FROM ups');
  return Number(rows[0]?.n ?? 0);
}

async function untilStored(influxd: Influxd, count: number): Promise<number> {
  const deadline = Date.now() + PATIENCE_MS;
  let stored = 0;
  while (stored < count && Date.now() < deadline) {
    await sleep(LOOK_MS);
    stored = await countStored(influxd);
  }
  return stored;
}

/** One contestant on fresh servers: a warm-up, then `messages` as fast as they go. */
export async function race(start: Start, messages: number): Promise<Figures> {
  await using broker = await startMosquitto();
  await using influxd = await startInfluxd();
  const contestant = await start(broker.url, influxd.url);
  try {
    const firstTs = Date.now() - 1000;
    await publishLoad({ port: broker.port, messages: WARM_UP, firstTs, from: 0 });
    await untilStored(influxd, WARM_UP);
    await sleep(500);
    const cpuBefore = cpuMsOf(contestant.pid);
    const startedAt = performance.now();
    await publishLoad({ port: broker.port, messages, firstTs, from: WARM_UP });
    const stored = (await untilStored(influxd, WARM_UP + messages)) - WARM_UP;
    const seconds = (performance.now() - startedAt) / 1000;
    return {
      stored,
      perSecond: stored / seconds,
      cpuMicrosPerMessage: ((cpuMsOf(contestant.pid) - cpuBefore) * 1000) / messages,
      peakRssMb: peakRssMbOf(contestant.pid),
    };
  } finally {
    await contestant.end();
  }
}
