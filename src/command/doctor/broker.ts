import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import { decodeTopic } from '../../contract/topic.ts';
import { connectBroker, hostOf, probeTopic, throwAwayId, userOf } from './broker-client.ts';
import { type Check, find, type Installation, note, type Outcome } from './check.ts';

/** How long a published probe may be on its way. */
export const PROBE_MS = 3000;
const LOOK_MS = 20;

/** Connects, subscribes, and does not believe the grant: it waits until something arrives. */
export const broker: Check = {
  name: 'broker',
  timeoutSeconds: 60,
  run: async (place, outcome) => {
    if (place.settings.mqttUrl === undefined) {
      note(outcome, 'embedded_broker', {});
      return;
    }
    await lookAtDelivery(place, outcome);
  },
};

async function lookAtDelivery(place: Installation, outcome: Outcome): Promise<void> {
  const { settings } = place;
  const heard: Heard = { probe: undefined, hasDevice: false };
  const connection = await connectBroker({
    settings,
    options: { clientId: throwAwayId(), clean: true },
    outcome,
    onMessage: (topic, payload, { retain }) => {
      if (topic === probeTopic(settings.topicRoot)) heard.probe = payload.toString();
      else heard.hasDevice ||= !retain && decodeTopic(settings.topicRoot, topic) !== undefined;
    },
  });
  if (connection === undefined) return;
  const { client, isRetainAvailable } = connection;
  if (!isRetainAvailable) find(outcome, 'broker_no_retain', { url: hostOf(settings) });
  try {
    await listen({ client, heard, place, outcome });
  } finally {
    await client.endAsync(true).catch(() => {});
  }
}

interface Heard {
  probe: string | undefined;
  hasDevice: boolean;
}

interface Listening {
  client: MqttClient;
  heard: Heard;
  place: Installation;
  outcome: Outcome;
}

/** What the probe proves stands by itself; where it may not be published, only devices can. */
async function listen({ client, heard, place, outcome }: Listening): Promise<void> {
  const { settings, listenSeconds: seconds } = place;
  const user = userOf(settings);
  const filter = `${settings.topicRoot}/#`;
  if (!(await subscribe(client, filter))) {
    find(outcome, 'broker_subscription_refused', { filter, user });
    return;
  }
  const probe = randomUUID();
  const isSent = await publish(client, probeTopic(settings.topicRoot), probe);
  if (isSent) await waitUntil(() => heard.probe === probe, PROBE_MS);
  if (isSent && heard.probe !== probe) {
    find(outcome, 'broker_delivers_nothing', { filter, user });
    return;
  }
  await waitUntil(() => heard.hasDevice, seconds * 1000);
  if (heard.hasDevice) return;
  if (isSent) note(outcome, 'no_telemetry', { seconds });
  else find(outcome, 'broker_nothing_heard', { filter, user, seconds });
}

/** A SUBACK of 0x80 and beyond is a refusal; the library throws on some and hands over others. */
async function subscribe(client: MqttClient, filter: string): Promise<boolean> {
  try {
    const grants = await client.subscribeAsync(filter, { qos: 1 });
    return grants.every(({ qos }) => qos < 0x80);
  } catch {
    return false;
  }
}

/** False where the broker says in its PUBACK that this user may not. */
export async function publish(client: MqttClient, topic: string, text: string): Promise<boolean> {
  try {
    await client.publishAsync(topic, text, { qos: 1 });
    return true;
  } catch {
    return false;
  }
}

export async function waitUntil(isDone: () => boolean, mostMs: number): Promise<void> {
  const end = performance.now() + mostMs;
  while (!isDone() && performance.now() < end) await sleep(LOOK_MS);
}
