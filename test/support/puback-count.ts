import { splitPackets } from './raw-broker.ts';
import type { TcpProxy } from './tcp-proxy.ts';

const PUBACK = 4;

/** How many PUBACKs a client has sent through the proxy from now on. */
export function countPubacks(wire: TcpProxy): () => number {
  let pubacks = 0;
  const unread = new Map<number, Buffer>();
  wire.onToServer((chunk, connection) => {
    const bytes = Buffer.concat([unread.get(connection) ?? Buffer.alloc(0), chunk]);
    const { packets, rest } = splitPackets(bytes);
    unread.set(connection, rest);
    pubacks += packets.filter(({ type }) => type === PUBACK).length;
  });
  return () => pubacks;
}
