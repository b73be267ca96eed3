import { setTimeout as sleep } from 'node:timers/promises';
import { startInfluxd } from '../../support/influxd.ts';
import { startMosquitto } from '../../support/mosquitto.ts';
import type { Start } from './contestant.ts';
import { startLoad } from './load.ts';
import { cpuMsOf, peakRssMbOf } from './process-usage.ts';
import { storedFields, untilStored } from './stored.ts';

const WARM_UP = 30_000;

export interface Figures {
  stored: number;
  perSecond: number;
  /** Of the contestant alone, with all its threads. */
  cpuMicrosPerMessage: number;
  peakRssMb: number;
}

export interface Finish extends Figures {
  /** Name and type of each field in InfluxDB. */
  fields: string[];
}

/** One contestant on fresh servers: a warm-up, then `messages` as fast as they go. */
export async function race(start: Start, messages: number): Promise<Finish> {
  await using broker = await startMosquitto();
  await using influxd = await startInfluxd();
  const contestant = await start(broker.url, influxd.url);
  try {
    const firstTs = Date.now() - 1000;
    await startLoad({ port: broker.port, messages: WARM_UP, firstTs }).finished;
    await untilStored(influxd, WARM_UP);
    await sleep(500);
    const cpuBefore = cpuMsOf(contestant.pid);
    const startedAt = performance.now();
    await startLoad({ port: broker.port, messages, firstTs, from: WARM_UP }).finished;
    const stored = (await untilStored(influxd, WARM_UP + messages)) - WARM_UP;
    const seconds = (performance.now() - startedAt) / 1000;
    return {
      stored,
      perSecond: stored / seconds,
      cpuMicrosPerMessage: ((cpuMsOf(contestant.pid) - cpuBefore) * 1000) / messages,
      peakRssMb: peakRssMbOf(contestant.pid),
      fields: await storedFields(influxd),
    };
  } finally {
    await contestant.end();
  }
}
