import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InfluxStore } from '../../src/adapters/influx/store.ts';
import { blockOf } from '../../src/domain/line-block.ts';
import { type Influxd, startInfluxd } from '../support/influxd.ts';

const log = pino({ level: 'silent' });
const MINUTE = 60_000;
const DAY = 86_400_000;
const FROM = Math.floor(Date.now() / DAY) * DAY - DAY;
/** More minutes than lines are written at once. */
const MINUTES = 700;
const span = { fromMs: FROM, toMs: FROM + MINUTES * MINUTE };

let influxd: Influxd;

beforeAll(async () => {
  influxd = await startInfluxd();
});

afterAll(async () => {
  await influxd?.[Symbol.asyncDispose]();
});

/** A server before InfluxDB that holds the rollups of UPSs back until it is told to pass them. */
async function holdRollups(): Promise<{
  url: string;
  release(): void;
  isHolding: Promise<unknown>;
}> {
  const released = Promise.withResolvers<void>();
  const holding = Promise.withResolvers<void>();
  const server: Server = createServer(async (asked, answer) => {
    const body = await buffer(asked);
    if (body.toString().startsWith('ups_1m,')) {
      holding.resolve();
      await released.promise;
    }
    const { method, headers } = asked;
    const passed = request(`${influxd.url}${asked.url}`, { method, headers }, (given) => {
      answer.writeHead(given.statusCode ?? 0, given.headers);
      given.pipe(answer);
    });
    passed.end(body);
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return { url, release: released.resolve, isHolding: holding.promise };
}

test('a refused batch of rollups takes neither the next ones nor other kinds with it', async () => {
  const store = new InfluxStore({ url: `${influxd.url}/refused`, log });
  const lines: string[] = [];
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const ts = FROM + minute * MINUTE;
    lines.push(`power,site=a,device=supply mains.voltage=230 ${ts}`);
    lines.push(`scanner,site=a,device=scanner-1 chiller.temp=20 ${ts}`);
    lines.push(`ups,site=a,device=ups-1 battery.charge=90 ${ts}`);
    lines.push(`ups,site=a,device=ups-2 input.voltage=230 ${ts}`);
  }
  await store.write(blockOf(lines));
  await store.write(blockOf([`ups_1m,site=a,device=x battery.charge:min="text" ${FROM}`]));
  await expect(store.rollMinutes(span)).rejects.toMatchObject({ code: 'SVT_STORE_REFUSED' });
  const counted = async (metric: string, measurement: string) => {
    const text = `SELECT count("${metric}:min") AS count FROM ${measurement} WHERE device != 'x'`;
    return (await influxd.query('refused', text)).map(({ count }) => count);
  };
  expect(await counted('input.voltage', 'ups_1m')).toEqual([MINUTES]);
  expect(await counted('chiller.temp', 'scanner_1m')).toEqual([MINUTES]);
  expect(await counted('mains.voltage', 'power_1m')).toEqual([MINUTES]);
  await store.stop();
});

test('points are stored while a write of rollups waits for its answer', async () => {
  const { url, release, isHolding } = await holdRollups();
  const store = new InfluxStore({ url: `${url}/held`, log });
  const line = 'ups,site=a,device=ups-1 battery.charge=90';
  await store.write(blockOf([`${line} ${FROM}`]));
  const rolled = store.rollMinutes(span);
  await isHolding;
  expect(await store.write(blockOf([`${line} ${FROM + 1}`]))).toEqual({ outcome: 'stored' });
  release();
  await rolled;
  expect(await influxd.query('held', 'SELECT * FROM ups_1m')).toHaveLength(1);
  await store.stop();
});
