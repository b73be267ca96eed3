import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import type { DefaultEventsMap, Namespace, Socket } from 'socket.io';
import type { Access, Credential } from '../../access-port.ts';
import type { ClientEvents, ServerEvents } from '../../contract/live.ts';
import { isSameAccess, may, type Principal } from '../../domain/access/principal.ts';

/** What is known of who is connected. */
interface Attendant {
  credential: Credential;
  principal: Principal;
}

export type LiveSocket = Socket<ClientEvents, ServerEvents, DefaultEventsMap, Partial<Attendant>>;
export type LiveNamespace = Namespace<
  ClientEvents,
  ServerEvents,
  DefaultEventsMap,
  Partial<Attendant>
>;

/** A session with an open page is not idle; a right that ran out by time alone is noticed as late (ms). */
const LOOK_EVERY_MS = 60_000;

export interface AttendanceOptions {
  access: Pick<Access, 'principal' | 'used' | 'onChange'>;
  /** What a handshake shows of who opens the connection. */
  credentialOf(request: IncomingMessage): Credential;
  log: Logger;
}

/** Who is connected, for as long as they still are who they were. */
export interface Attendance {
  /** False: nobody who may watch; the connection is ended. */
  begin(socket: LiveSocket, credential: Credential): boolean;
  /** Who it is now; undefined, and the connection ended, where that is not who it was. */
  check(socket: LiveSocket): Principal | undefined;
  stop(): void;
}

export function attend(live: LiveNamespace, { access, log }: AttendanceOptions): Attendance {
  const check = (socket: LiveSocket) => {
    const { credential, principal } = socket.data;
    const now = credential && access.principal(credential);
    if (principal !== undefined && isSameAccess(principal, now)) return now;
    if (socket.conn.readyState !== 'open') return undefined;
    for (const room of socket.rooms) socket.leave(room);
    const reason = now === undefined ? 'signed_out' : 'rights_changed';
    log.info({ name: principal?.name, reason }, 'live: a page loses its feed');
    socket.emit('accessChanged', { reason });
    // Not `disconnect`: after that a client would not come back by itself.
    socket.conn.close();
    return undefined;
  };
  const checkAll = () => {
    for (const socket of live.sockets.values()) check(socket);
  };
  access.onChange(checkAll);
  const looking = setInterval(() => {
    for (const socket of live.sockets.values()) {
      const session = check(socket)?.session;
      if (session !== undefined) access.used(session);
    }
  }, LOOK_EVERY_MS);
  return {
    check,
    begin: (socket, credential) => {
      const principal = access.principal(credential);
      socket.on('disconnect', () => socket.conn.close());
      if (principal === undefined || !may(principal, 'see')) {
        socket.conn.close();
        return false;
      }
      socket.data.credential = credential;
      socket.data.principal = principal;
      if (principal.session !== undefined) access.used(principal.session);
      return true;
    },
    stop: () => clearInterval(looking),
  };
}
