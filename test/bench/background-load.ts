import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { upsPayload } from '../support/telemetry.ts';

/**
 * Publishes `perSecond` QoS 1 messages of 100 other devices until stopped; tells how many went out. The
 * embedded broker speaks MQTT 3.1.1 (version 4).
 */
export async function startBackgroundLoad(
  url: string,
  perSecond: number,
  protocolVersion: 4 | 5 = 5,
) {
  const client = await connectAsync(url, { protocolVersion });
  const stepMs = 20;
  let isStopped = false;
  let sent = 0;
  const startedAt = Date.now();
  const loop = (async () => {
    while (!isStopped) {
      const due = ((Date.now() - startedAt) / 1000) * perSecond;
      for (; sent < due; sent += 1) {
        const topic = `svitlo/v1/load-${sent % 100}/ups/ups-1/telemetry`;
        client.publish(topic, upsPayload(Date.now(), 'OL', sent), { qos: 1 });
      }
      await sleep(stepMs);
    }
  })();
  return {
    stop: async () => {
      isStopped = true;
      await loop;
      await client.endAsync();
      return { sent, perSecond: sent / ((Date.now() - startedAt) / 1000) };
    },
  };
}
