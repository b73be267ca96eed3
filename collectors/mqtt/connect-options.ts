import type { IClientOptions } from 'mqtt';
import { PRODUCTION_ROOT } from '../../src/contract/topic.ts';
import { announcementTopic, encodeAnnouncement } from './announcement.ts';
import type { ClientTls } from './client-tls.ts';

const SESSION_SECONDS = 7 * 24 * 3600;
/** Receive Maximum (MQTT 5, 3.1.2.11.3): what the broker sends ahead of our acknowledgements. */
export const IN_FLIGHT = 10_000;
const RECONNECT_MS = 1000;

interface ConnectOptions {
  root: string;
  clientId: string;
  username?: string | undefined;
  password?: string | undefined;
  reconnectMs?: number;
  /** Of a broker that is reached by TLS. */
  tls?: ClientTls;
}

/** The session's: stable, kept by the broker, and with a window that bounds what waits in memory. */
export function sessionOptions({
  root,
  clientId,
  username,
  password,
  reconnectMs = RECONNECT_MS,
  tls,
}: ConnectOptions): IClientOptions {
  const options: IClientOptions = {
    ...tls,
    protocolVersion: 5,
    clientId,
    clean: false,
    manualConnect: true,
    keepalive: 30,
    reconnectPeriod: reconnectMs,
    // A broker that is starting, or whose passwords are being changed, refuses for a while.
    reconnectOnConnackError: true,
    // It subscribes by itself at each connection, so that a refusal is seen.
    resubscribe: false,
    properties: { sessionExpiryInterval: SESSION_SECONDS, receiveMaximum: IN_FLIGHT },
  };
  if (username !== undefined) options.username = username;
  if (password !== undefined) options.password = password;
  if (root === PRODUCTION_ROOT) {
    const payload = Buffer.from(encodeAnnouncement(false));
    options.will = { topic: announcementTopic(root), payload, qos: 1, retain: true };
  }
  return options;
}

/** The live watch's: a session that ends with its connection, and no will. */
export function watchOptions(options: ConnectOptions): IClientOptions {
  const { will: _will, properties: _properties, ...common } = sessionOptions(options);
  return { ...common, clientId: `${options.clientId}-watch`, clean: true };
}
