import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Settings } from '../src/contract/config.ts';
import type { Clock, ClockControl, Collector, IngestPort, Meter } from '../src/ports.ts';

interface CollectorPorts {
  ingest: IngestPort;
  clock: Clock;
  log: Logger;
  /** In simulation mode: a simulator's word on the time goes here. */
  clockControl?: ClockControl;
  meter?: Meter;
}

/** The one registration: every source of samples that the settings ask for, and no other is loaded. */
export async function createCollectors(
  settings: Settings,
  ports: CollectorPorts,
): Promise<Collector[]> {
  const {
    mqttUrl: url,
    mqttUsername: username,
    mqttPassword: password,
    mqttIdentityProperty: identityProperty,
    topicRoot: root,
  } = settings;
  if (url === undefined) {
    const { EmbeddedBroker } = await import('./mqtt/embedded-broker.ts');
    const retainedFile = join(settings.dataDir, 'retained.db');
    const { brokerHost: host, brokerPort: port, brokerPki: pkiFolder } = settings;
    return [new EmbeddedBroker({ host, port, pkiFolder, root, retainedFile, ...ports })];
  }
  const { MqttCollector } = await import('./mqtt/collector.ts');
  const { readClientTls } = await import('./mqtt/client-tls.ts');
  const { mqttCa: ca, mqttCert: cert, mqttKey: key } = settings;
  const tls = readClientTls(url, { ca, cert, key });
  const access = { username, password, tls, identityProperty };
  const clientId = `svitlo-${shortHash(`${hostname()} ${root}`)}`;
  return [new MqttCollector({ url, ...access, root, clientId, ...ports })];
}

/** The same at every start, so that the broker's session waits for this monitor. */
function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
