import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import type { Access, Credential } from '../../access-port.ts';
import { may, type Principal } from '../../domain/access/principal.ts';
import { createBucket } from './bucket.ts';

/** Of one connection: a page asks for its rooms, and a person gives some commands. */
const MESSAGES = { burst: 30, perSecond: 10 };
/** Of one account or token, and of all who sit at this machine while there are no accounts. */
const MOST_CONNECTIONS = { open: 500, user: 50, token: 50 } as const;
/** An address is named in the log once in so long (ms). */
const LOGGED_EVERY_MS = 60_000;
const ADDRESSES_KEPT = 1000;

/** What of an Engine.IO connection is used here. */
interface Connection {
  request: IncomingMessage;
  remoteAddress: string;
  on(event: 'packet' | 'close', listener: () => void): void;
  close(): void;
}

interface DoorOptions {
  access: Pick<Access, 'principal'>;
  credentialOf(request: IncomingMessage): Credential;
  log: Logger;
}

/** Who is let in to the live feed, how often, and how much each may say. */
export interface Door {
  /** Whether a handshake is let in. */
  admits(request: IncomingMessage): boolean;
  /** Counts a connection and what it says, until it is closed. */
  entered(connection: Connection): void;
  /** Says in the log what somebody may not do who is connected. */
  refused(connection: Pick<Connection, 'remoteAddress'>, what: string, name?: string): void;
  /** What the handshake showed: its TCP connection may be gone by now. */
  credentialOf(request: IncomingMessage): Credential;
}

export function createDoor(options: DoorOptions): Door {
  const shown = new WeakMap<IncomingMessage, Credential>();
  const counts = new Map<string, number>();
  const complain = complaints(options.log);
  const credentialOf = (request: IncomingMessage) => {
    const credential = shown.get(request) ?? options.credentialOf(request);
    shown.set(request, credential);
    return credential;
  };
  const principalOf = (request: IncomingMessage) => options.access.principal(credentialOf(request));
  return {
    credentialOf,
    refused: ({ remoteAddress }, what, name) => complain(remoteAddress, `may not ${what}`, name),
    admits: (request) => {
      const principal = principalOf(request);
      if (!may(principal, 'see') || principal === undefined) {
        complain(request.socket.remoteAddress, 'may not see', principal?.name);
        return false;
      }
      if ((counts.get(keyOf(principal)) ?? 0) < MOST_CONNECTIONS[principal.kind]) return true;
      complain(request.socket.remoteAddress, 'too many connections');
      return false;
    },
    entered: (connection) => {
      const principal = principalOf(connection.request);
      if (principal === undefined) return connection.close();
      const key = keyOf(principal);
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      connection.on('close', () => {
        const left = (counts.get(key) ?? 1) - 1;
        if (left > 0) counts.set(key, left);
        else counts.delete(key);
      });
      // Many handshakes at once are all let in before the first of them is counted.
      if (count > MOST_CONNECTIONS[principal.kind]) return connection.close();
      const mayCome = createBucket(MESSAGES);
      connection.on('packet', () => {
        if (mayCome(performance.now())) return;
        complain(connection.remoteAddress, 'too many messages');
        connection.close();
      });
    },
  };
}

function keyOf({ kind, name }: Principal): string {
  return `${kind} ${name}`;
}

/** Says what is wrong with an address once a minute. */
function complaints(
  log: Logger,
): (address: string | undefined, reason: string, name?: string) => void {
  const saidAt = new Map<string, number>();
  return (address = 'unknown', reason, name) => {
    const now = performance.now();
    const key = JSON.stringify([address, reason, name]);
    if (now - (saidAt.get(key) ?? Number.NEGATIVE_INFINITY) < LOGGED_EVERY_MS) return;
    if (saidAt.size >= ADDRESSES_KEPT) saidAt.clear();
    saidAt.set(key, now);
    log.warn({ address, reason, name }, 'live: a client is refused');
  };
}
