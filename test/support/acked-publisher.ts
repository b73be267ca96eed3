import { connectAsync } from 'mqtt';
import { chaosPayload, chaosTopic, type LoadPlan } from './chaos-message.ts';
import { until } from './wait.ts';

const TICK_MS = 5;

export interface SentMessage {
  device: number;
  index: number;
}

export interface AckedPublisher {
  /** Those whose PUBACK has come until now. */
  acknowledged(): SentMessage[];
  /** Messages a second since the begin. */
  rate(): number;
  /** Ends the load; resolves when every message has its PUBACK. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Publishes at QoS 1 from now on; a stored point tells which message it is of (chaos-message.ts). */
export async function startAckedPublisher(url: string, plan: LoadPlan): Promise<AckedPublisher> {
  const client = await connectAsync(url, { protocolVersion: 4 });
  const acknowledged: SentMessage[] = [];
  const startedAt = performance.now();
  let sent = 0;
  const send = (device: number, index: number) => {
    const payload = chaosPayload(plan, device, index);
    client.publish(chaosTopic(device), payload, { qos: 1 }, (error) => {
      if (error == null) acknowledged.push({ device, index });
    });
  };
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) * plan.perSecond) / 1000);
    for (; sent < due; sent += 1) send(sent % plan.devices, Math.floor(sent / plan.devices));
  }, TICK_MS);
  return {
    acknowledged: () => [...acknowledged],
    rate: () => (sent * 1000) / (performance.now() - startedAt),
    stop: async () => {
      clearInterval(timer);
      await until(() => acknowledged.length === sent, { what: 'the last PUBACK' });
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await client.endAsync(true);
    },
  };
}
