import type { IClientOptions, MqttClient } from 'mqtt';
import type { Settings } from '../../contract/config.ts';
import { PROBE_MS, publish, waitUntil } from './broker.ts';
import { connectBroker, probeTopic, throwAwayId } from './broker-client.ts';
import { type Check, find, note } from './check.ts';

/** More than the 1,000 and those under way that Mosquitto keeps where nothing else is told. */
const MESSAGES = 1500;
/** The broker forgets the test session by itself after this, should this program be killed. */
const SESSION_SECONDS = 120;
const AT_ONCE = 100;
const FIRST = 'first';
const QUIET_MS = 1500;
const MOST_MS = 20_000;

/** A session that goes away, messages meanwhile, and what of them it gets when it is back. */
export const brokerQueue: Check = {
  name: 'brokerQueue',
  timeoutSeconds: 60,
  run: async ({ settings }, outcome) => {
    if (settings.mqttUrl === undefined) {
      note(outcome, 'embedded_broker', {});
      return;
    }
    const connection = await connectBroker({
      settings,
      options: { clientId: throwAwayId(), clean: true },
    });
    if (connection === undefined) {
      note(outcome, 'broker_unchecked', {});
      return;
    }
    const { client } = connection;
    const topic = probeTopic(settings.topicRoot);
    try {
      const kept = (await publish(client, topic, FIRST))
        ? await keptOf(client, topic, settings)
        : 'refused';
      if (kept === 'refused') note(outcome, 'queue_unchecked', { topic });
      else if (kept === 'unheard') note(outcome, 'broker_unchecked', {});
      else if (kept < MESSAGES) find(outcome, 'broker_queue_small', { kept, sent: MESSAGES });
    } finally {
      await client.endAsync(true).catch(() => {});
    }
  },
};

/** `unheard` where the session cannot be had, or gets nothing while it is there either. */
async function keptOf(
  publisher: MqttClient,
  topic: string,
  settings: Settings,
): Promise<number | 'unheard'> {
  const options = {
    clientId: throwAwayId(),
    clean: false,
    properties: { sessionExpiryInterval: SESSION_SECONDS },
  };
  let isHeard = false;
  const onMessage = () => {
    isHeard = true;
  };
  const away = await connectBroker({ settings, options, onMessage });
  if (away === undefined) return 'unheard';
  try {
    await away.client.subscribeAsync(topic, { qos: 1 });
    await publish(publisher, topic, FIRST);
    await waitUntil(() => isHeard, PROBE_MS);
    if (!isHeard) return 'unheard';
    await away.client.endAsync();
    await publishAll(publisher, topic);
    return await countBack(settings, options);
  } catch {
    return 'unheard';
  } finally {
    await away.client.endAsync(true).catch(() => {});
    const { clientId } = options;
    const last = await connectBroker({ settings, options: { clientId, clean: true } });
    await last?.client.endAsync().catch(() => {});
  }
}

async function publishAll(client: MqttClient, topic: string): Promise<void> {
  for (let sent = 0; sent < MESSAGES; sent += AT_ONCE) {
    const numbers = Array.from({ length: AT_ONCE }, (_, index) => sent + index);
    await Promise.all(numbers.map((number) => publish(client, topic, `${number}`)));
  }
}

async function countBack(settings: Settings, options: IClientOptions): Promise<number | 'unheard'> {
  const seen = new Set<string>();
  let quietSince = performance.now();
  const onMessage = (_topic: string, payload: Buffer) => {
    if (payload.toString() !== FIRST) seen.add(payload.toString());
    quietSince = performance.now();
  };
  const back = await connectBroker({ settings, options, onMessage });
  if (back === undefined) return 'unheard';
  const isDone = () => seen.size >= MESSAGES || performance.now() - quietSince > QUIET_MS;
  await waitUntil(isDone, MOST_MS);
  await back.client.endAsync();
  return seen.size;
}
