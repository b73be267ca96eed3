import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createSecureContext, type Server } from 'node:tls';
import type { Logger } from 'pino';
import { SvitloError } from '../../errors.ts';

const POLL_MS = 1000;

/** RFC 9325 § 4.2: TLS 1.2 and 1.3, authenticated encryption with forward secrecy alone. */
const STRENGTH = {
  minVersion: 'TLSv1.2',
  ciphers: [
    ...['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'],
    ...['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
    ...['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
    ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ].join(':'),
} as const;

export interface TlsFiles {
  cert: string;
  key: string;
}

/** The pair, checked, and how it is used: a certificate that does not fit its key is refused. */
export function readTls({ cert, key }: TlsFiles) {
  try {
    const pair = { cert: readFileSync(cert), key: readFileSync(key), ...STRENGTH };
    createSecureContext(pair);
    return pair;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `SVITLO_TLS_CERT, SVITLO_TLS_KEY: expected a certificate and its key: ${reason}`;
    throw new SvitloError('SVT_CONFIG_INVALID', message, { cause: error });
  }
}

/** Takes a renewed pair into a running server; a wrong one is refused and the old one goes on. */
export function followTls(server: Server, files: TlsFiles, log: Logger): () => void {
  const reload = () => {
    try {
      server.setSecureContext(readTls(files));
      log.info('https: certificate renewed');
    } catch (error) {
      log.error({ err: error }, 'https: new certificate refused, the old one goes on');
    }
  };
  for (const file of [files.cert, files.key]) {
    watchFile(file, { interval: POLL_MS, persistent: false }, reload);
  }
  return () => {
    for (const file of [files.cert, files.key]) unwatchFile(file, reload);
  };
}
