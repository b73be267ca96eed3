import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { configFault } from '../../src/errors.ts';

/** Files (PEM): who signed the broker's certificate, and our own certificate with its key. */
export interface ClientTlsFiles {
  ca?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
}

/** Their content, as MQTT.js takes it. */
export interface ClientTls {
  ca?: Buffer;
  cert?: Buffer;
  key?: Buffer;
}

const VARIABLES = { ca: 'SVITLO_MQTT_CA', cert: 'SVITLO_MQTT_CERT', key: 'SVITLO_MQTT_KEY' };

/** Reads and checks them; throws `SVT_CONFIG_INVALID` where one is not what it should be. */
export function readClientTls(url: string, files: ClientTlsFiles): ClientTls {
  const tls: ClientTls = {};
  for (const name of ['ca', 'cert', 'key'] as const) {
    const file = files[name];
    if (file !== undefined) tls[name] = readPem(VARIABLES[name], file);
  }
  if (Object.keys(tls).length === 0) return {};
  if (!/^(mqtts|wss):/.test(url)) {
    throw configFault([
      'SVITLO_MQTT_CA, SVITLO_MQTT_CERT, SVITLO_MQTT_KEY: they need TLS: expected SVITLO_MQTT_URL to begin with mqtts:// or wss://',
    ]);
  }
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    throw configFault(['SVITLO_MQTT_CERT, SVITLO_MQTT_KEY: expected both or neither']);
  }
  if (tls.ca !== undefined) check(VARIABLES.ca, () => new X509Certificate(tls.ca as Buffer));
  check(`${VARIABLES.cert}, ${VARIABLES.key}`, () => createSecureContext({ ...tls }));
  return tls;
}

function readPem(variable: string, file: string): Buffer {
  return check(variable, () => readFileSync(file));
}

function check<T>(variable: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw configFault([`${variable}: expected a certificate, or its key, in PEM: ${reason}`]);
  }
}
