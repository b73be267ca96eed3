import type { Duplex } from 'node:stream';

/** Of one MQTT packet: room to refuse a payload beyond 64 KiB in so many words; a larger one ends the connection. */
export const MAX_PACKET_BYTES = 256 * 1024;

const CONTINUES = 0x80;
const SEVEN_BITS = 0x7f;
/** MQTT 3.1.1, 2.2.3: the remaining length has four bytes at the most. */
const LAST_SHIFT = 21;

/**
 * Reads the lengths of packets (MQTT 3.1.1, 2.2.3) from a connection's bytes as they come. Each call answers whether
 * all of them so far are within the limit: a broker would gather a larger one, of anybody, in memory.
 */
export function createPacketLimit(most: number): (bytes: Uint8Array) => boolean {
  let body = 0;
  let length = 0;
  /** Of the length's next byte; −1: the packet's first byte comes next. */
  let shift = -1;
  return (bytes) => {
    let at = 0;
    while (at < bytes.length) {
      if (body > 0) {
        const taken = Math.min(body, bytes.length - at);
        body -= taken;
        at += taken;
        continue;
      }
      const byte = bytes[at] as number;
      at += 1;
      if (shift < 0) {
        shift = 0;
        length = 0;
        continue;
      }
      length += (byte & SEVEN_BITS) << shift;
      if (length > most) return false;
      if (byte >= CONTINUES) {
        if (shift === LAST_SHIFT) return false;
        shift += 7;
        continue;
      }
      shift = -1;
      body = length;
    }
    return true;
  };
}

/** Ends the connection with the first packet beyond the limit; to be called before anybody reads from it. */
export function limitPackets(connection: Duplex): void {
  const isWithin = createPacketLimit(MAX_PACKET_BYTES);
  connection.on('data', (bytes: Buffer) => {
    if (!isWithin(bytes)) connection.destroy();
  });
}
