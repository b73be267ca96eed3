import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, find, type Outcome, octal, reasonOf } from './check.ts';
import { servedCertificates } from './served-certificate.ts';

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;
const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Every certificate that the settings name, its key, those of the PKI's folder, and those of servers. */
export const certificates: Check = {
  name: 'certificates',
  timeoutSeconds: 15,
  run: async ({ settings }, outcome) => {
    const { tlsCert, tlsKey, mqttCa, mqttCert, mqttKey, brokerPki } = settings;
    const pairs = [
      [tlsCert, tlsKey],
      [mqttCert, mqttKey],
    ] as const;
    for (const [cert, key] of pairs) lookAtPair(cert, key, outcome);
    if (mqttCa !== undefined) lookAtFile(mqttCa, outcome);
    if (brokerPki !== undefined) lookAtFolder(brokerPki, outcome);
    for (const { name, certificate } of await servedCertificates(settings))
      lookAtTimes(name, [certificate], outcome);
  },
};

function lookAtPair(cert: string | undefined, key: string | undefined, outcome: Outcome): void {
  const [first] = cert === undefined ? [] : lookAtFile(cert, outcome);
  if (key === undefined) return;
  try {
    const { mode } = statSync(key);
    // A group may be let in: that is how a certificate's renewal and the monitor share a key.
    if ((mode & 0o007) !== 0) find(outcome, 'key_open', { file: key, mode: octal(mode) });
    const isPair = first?.checkPrivateKey(createPrivateKey(readFileSync(key))) ?? true;
    if (cert !== undefined && !isPair) find(outcome, 'key_mismatch', { cert, key });
  } catch (error) {
    find(outcome, 'certificate_unreadable', { file: key, reason: reasonOf(error) });
  }
}

function lookAtFile(file: string, outcome: Outcome): X509Certificate[] {
  try {
    const blocks = readFileSync(file, 'utf8').match(BLOCK) ?? [];
    if (blocks.length === 0) throw new Error('no certificate in it');
    const chain = blocks.map((block) => new X509Certificate(block));
    lookAtTimes(file, chain, outcome);
    return chain;
  } catch (error) {
    find(outcome, 'certificate_unreadable', { file, reason: reasonOf(error) });
    return [];
  }
}

/** Of a chain that which ends first is told. */
function lookAtTimes(file: string, chain: readonly X509Certificate[], outcome: Outcome): void {
  const now = Date.now();
  const ends = Math.min(...chain.map(({ validTo }) => Date.parse(validTo)));
  const begins = Math.max(...chain.map(({ validFrom }) => Date.parse(validFrom)));
  const at = (ms: number) => new Date(ms).toISOString();
  const days = Math.floor((ends - now) / DAY_MS);
  if (ends <= now) find(outcome, 'certificate_expired', { file, at: at(ends) });
  else if (begins > now) find(outcome, 'certificate_not_yet', { file, at: at(begins) });
  else if (days < SOON_DAYS) find(outcome, 'certificate_expiring', { file, days });
}

function lookAtFolder(folder: string, outcome: Outcome): void {
  if (!existsSync(folder)) {
    find(outcome, 'certificate_unreadable', { file: folder, reason: 'there is no such folder' });
    return;
  }
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/\.(crt|pem|cer)$/.test(entry.name)) continue;
    if (readFileSync(file, 'utf8').includes('-----BEGIN CERTIFICATE-----'))
      lookAtFile(file, outcome);
  }
}
