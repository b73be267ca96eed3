import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import mqtt, {
  type IClientOptions,
  type IConnackPacket,
  type MqttClient,
  type OnMessageCallback,
} from 'mqtt';
import type { Settings } from '../../contract/config.ts';
import { find, type Outcome, reasonOf } from './check.ts';

const CONNECT_MS = 8000;

/** Where a probe may be published: no device's topic, and nobody else reads it. */
export function probeTopic(root: string): string {
  return `${root}/$monitor/doctor`;
}

/** A client identifier of its own: the monitor's session is not touched. */
export function throwAwayId(): string {
  return `svitlo-doctor-${randomBytes(6).toString('hex')}`;
}

export function userOf({ mqttUsername, mqttCert }: Settings): string {
  return mqttUsername ?? mqttCert ?? 'anonymous';
}

export function hostOf({ mqttUrl = '' }: Settings): string {
  const { protocol, host } = new URL(mqttUrl);
  return `${protocol}//${host}`;
}

interface ConnectRequest {
  settings: Settings;
  options: IClientOptions;
  /** In place before the CONNACK: a kept session delivers at once. */
  onMessage?: OnMessageCallback;
  /** Where a refusal becomes a finding. */
  outcome?: Outcome;
}

interface Connection {
  client: MqttClient;
  /** MQTT 5, 3.2.2.3.5 */
  isRetainAvailable: boolean;
}

/** Connects as the monitor would; `undefined` where that is refused. */
export async function connectBroker(request: ConnectRequest): Promise<Connection | undefined> {
  const { settings, options, onMessage, outcome } = request;
  let client: MqttClient | undefined;
  try {
    client = mqtt.connect(settings.mqttUrl ?? '', {
      protocolVersion: 5,
      reconnectPeriod: 0,
      connectTimeout: CONNECT_MS,
      ...credentialsOf(settings),
      ...options,
    });
    if (onMessage !== undefined) client.on('message', onMessage);
    const { properties } = await connackOf(client);
    return { client, isRetainAvailable: properties?.retainAvailable !== false };
  } catch (error) {
    client?.end(true);
    if (outcome !== undefined) explain(error, settings, outcome);
    return undefined;
  }
}

function connackOf(client: MqttClient): Promise<IConnackPacket> {
  return new Promise((resolve, reject) => {
    client.once('connect', resolve);
    // Also what breaks later: that is told by what then does not arrive.
    client.on('error', reject);
    client.once('close', () => reject(new Error('the connection was closed')));
  });
}

function credentialsOf(settings: Settings): IClientOptions {
  const { mqttUsername, mqttPassword, mqttCa, mqttCert, mqttKey } = settings;
  return {
    ...(mqttUsername === undefined ? {} : { username: mqttUsername }),
    ...(mqttPassword === undefined ? {} : { password: mqttPassword }),
    ...(mqttCa === undefined ? {} : { ca: readFileSync(mqttCa) }),
    ...(mqttCert === undefined ? {} : { cert: readFileSync(mqttCert) }),
    ...(mqttKey === undefined ? {} : { key: readFileSync(mqttKey) }),
  };
}

/** CONNACK codes of MQTT 3.1.1 (3.2.2.3) and reason codes of MQTT 5 (3.2.2.2). */
const REFUSALS: ReadonlySet<unknown> = new Set([4, 5, 0x85, 0x86, 0x87, 0x8c]);
const TLS_CODE = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|ERR_TLS|ERR_SSL|EPROTO/;

function explain(error: unknown, settings: Settings, outcome: Outcome): void {
  const url = hostOf(settings);
  const reason = reasonOf(error);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (REFUSALS.has(code)) find(outcome, 'broker_refused', { url, user: userOf(settings) });
  else if (TLS_CODE.test(String(code)) || /alert|certificate/i.test(reason))
    find(outcome, 'broker_untrusted', { url, reason });
  else find(outcome, 'broker_unreachable', { url, reason });
}
