import { constants } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Logger } from 'pino';
import { SvitloError } from '../../src/errors.ts';
import type { BrokerPki } from './broker-pki.ts';
import { limitPackets } from './packet-limit.ts';

/** A connection that has not finished its TLS handshake by then is ended (ms). */
const HANDSHAKE_MS = 10_000;

interface Listening {
  pki: BrokerPki | undefined;
  log: Logger;
  /** Certificates or passwords were given or taken away. */
  onPeople(): void;
}

/** What the embedded broker listens with, not listening yet, and how to end following its certificates. */
export function createBrokerServer(
  take: (socket: Socket) => unknown,
  { pki, log, onPeople }: Listening,
): { server: Server; unfollow: () => void } {
  const handle = (socket: Socket) => {
    limitPackets(socket);
    take(socket);
  };
  if (pki === undefined) {
    return { server: createServer({ noDelay: true }, handle), unfollow: () => {} };
  }
  const options = {
    noDelay: true,
    // Asked for, and refused only once MQTT can say so: a password may stand in its place.
    requestCert: true,
    rejectUnauthorized: false,
    handshakeTimeout: HANDSHAKE_MS,
    minVersion: 'TLSv1.2' as const,
    // A resumed session would bring a certificate that has been revoked since.
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
  const server = createTlsServer({ ...options, ...pki.tls }, handle);
  const unfollow = pki.follow(log, {
    onTls: (tls) => server.setSecureContext({ ...options, ...tls }),
    onPeople,
  });
  return { server, unfollow };
}

/** Throws `SVT_BROKER_FAILED` where the place is taken. */
export function listen(
  server: Server,
  { host, port }: { host: string; port: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      const advice =
        'set SVITLO_BROKER_PORT to a free port, or SVITLO_MQTT_URL to the broker there';
      const message = `cannot listen on ${host}:${port} (${error.code}): ${advice}`;
      reject(new SvitloError('SVT_BROKER_FAILED', message, { cause: error }));
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      resolve();
    });
  });
}
