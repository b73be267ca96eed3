import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '../../domain/access/network.ts';

/** Connections at once: some 200 pages with their feeds and what they ask beside it. */
const MOST = 2048;
/** Of one IPv4 address or IPv6 /64, which a single subscriber has: behind it there may be an office. */
const MOST_OF_ONE = 256;

/** How long a request's head, and all of it, may take to come; a socket that asks nothing ends, too (ms). */
const HEAD_MS = 10_000;
const REQUEST_MS = 20_000;
const CHECK_MS = 1000;
/** A client that takes none of its answer for so long is gone (ms); the live feed has its own pings. */
const STALLED_MS = 60_000;
const KEEP_ALIVE_MS = 10_000;
/** Longer than proxies keep theirs (60 s is common), so that they never ask on one that just ended. */
const KEEP_ALIVE_OF_PROXY_MS = 72_000;

/** Fastify's options against requests that do not end. */
export function requestLimits({ hasProxy }: { hasProxy: boolean }) {
  const limits = { headersTimeout: HEAD_MS, connectionsCheckingInterval: CHECK_MS };
  return {
    requestTimeout: REQUEST_MS,
    connectionTimeout: STALLED_MS,
    keepAliveTimeout: hasProxy ? KEEP_ALIVE_OF_PROXY_MS : KEEP_ALIVE_MS,
    http: limits,
    https: { ...limits, handshakeTimeout: HEAD_MS },
  };
}

interface ConnectionLimits {
  most?: number;
  mostOfOne?: number;
  /** Peers that bring many people, which only the limit of all holds. */
  isProxy(address: string | undefined): boolean;
}

/** Closes at once what comes beyond the limits; upgraded connections count as long as they last. */
export function limitConnections(
  server: Server,
  { most = MOST, mostOfOne = MOST_OF_ONE, isProxy }: ConnectionLimits,
): void {
  const counts = new Map<string, number>();
  server.maxConnections = most;
  const admit = (socket: Socket): boolean => {
    const address = socket.remoteAddress;
    if (address === undefined || isProxy(address)) return true;
    const network = networkOf(address);
    const count = counts.get(network) ?? 0;
    if (count >= mostOfOne) return false;
    counts.set(network, count + 1);
    socket.once('close', () => {
      const left = (counts.get(network) ?? 1) - 1;
      if (left === 0) counts.delete(network);
      else counts.set(network, left);
    });
    return true;
  };
  // Before TLS and HTTP take the socket: neither copes with one that is gone.
  const takers = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    if (admit(socket)) for (const take of takers) take.call(server, socket);
    else socket.resetAndDestroy();
  });
}
