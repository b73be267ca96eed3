import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { io } from 'socket.io-client';
import type { Alarm } from '../../../src/contract/alarm.ts';
import type { Frame } from '../../../src/contract/live.ts';
import { upsPayload } from '../../support/telemetry.ts';
import type { ProbeAnswer, ProbeRequest } from './probe.ts';

/**
 * Publishes power losses of one UPS after the other and waits for the alarm of each at a Socket.IO
 * client: a process of its own, so that one clock measures both ends and nothing else delays them.
 * Arguments: URL of the broker, URL of the live feed. Requests and answers come over IPC.
 */
const [brokerUrl = '', liveUrl = ''] = process.argv.slice(2);
const PATIENCE_MS = 10_000;
const FIRST_GAP_MS = 5;
const GAPS = 11;

// MQTT 3.1.1, which the embedded broker speaks, too.
const publisher = await connectAsync(brokerUrl, { protocolVersion: 4 });
// Else a small packet waits for the ACK of the one before (Nagle's algorithm).
if (publisher.stream instanceof Socket) publisher.stream.setNoDelay(true);
const socket = io(`${liveUrl}/live`, { transports: ['websocket'] });
let awaited: { id: string; resolve(at: number): void } | undefined;
socket.on('frame', ({ alarms = [] }: Frame) => {
  const at = performance.now();
  const isAwaited = ({ id, state }: Alarm) => id === awaited?.id && state === 'UNACK';
  if (alarms.some(isAwaited)) awaited?.resolve(at);
});
await socket.emitWithAck('watch', { sites: ['*'], detail: 'summary' });

function publish(ups: number, status: string, seq: number): Promise<unknown> {
  const topic = `svitlo/v1/alarm-${ups}/ups/ups-1/telemetry`;
  return publisher.publishAsync(topic, upsPayload(Date.now(), status, seq), { qos: 1 });
}

/** From the call of publish to the receipt of the alarm (ms); `undefined` where it never came. */
async function probe(ups: number): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number>();
  awaited = { id: `alarm-${ups}.ups-1.UPS_ON_BATTERY`, resolve };
  const publishedAt = performance.now();
  void publish(ups, 'OB DISCHRG', 1);
  const patience = setTimeout(() => resolve(Number.NaN), PATIENCE_MS);
  const latency = (await promise) - publishedAt;
  clearTimeout(patience);
  return Number.isNaN(latency) ? undefined : latency;
}

let isStopped = false;

async function series({ first, count }: { first: number; count: number }): Promise<ProbeAnswer> {
  for (let ups = first; ups < first + count; ups += 1) await publish(ups, 'OL CHRG', 0);
  process.send?.('primed');
  const latencies: number[] = [];
  let missed = 0;
  isStopped = false;
  for (let ups = first; ups < first + count && !isStopped; ups += 1) {
    const latency = await probe(ups);
    if (latency === undefined) missed += 1;
    else latencies.push(latency);
    // The gaps differ, so that no alarm falls into step with a timer of the monitor.
    await sleep(FIRST_GAP_MS + (ups % GAPS));
  }
  return { latencies, missed };
}

process.on('message', (request: ProbeRequest) => {
  if (request === 'stop') isStopped = true;
  else void series(request).then((answer) => process.send?.(answer));
});
process.send?.('ready');
