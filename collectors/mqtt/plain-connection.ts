import { connect, type Socket } from 'node:net';

const READ_BYTES = 256 * 1024;
/** From this rate on (bytes a millisecond; some 40,000 messages a second) reads are gathered. */
const DENSE_BYTES_PER_MS = 14_000;
/** A rate is taken over so long (ms). */
const WINDOW_MS = 100;
const GATHER_MS = 1;

/**
 * A TCP connection whose reads share one buffer: one for each read would be most of what a short read
 * costs. At a rate that leaves a small machine nothing to spare it is read once a millisecond: a read
 * that brings two messages costs more than the messages. Below that nothing waits.
 */
export function connectPlain(
  place: { host: string; port: number },
  onBytes: (bytes: Buffer) => void,
): Socket {
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  let windowFrom = performance.now();
  let windowBytes = 0;
  let isDense = false;
  const callback = (length: number) => {
    onBytes(buffer.subarray(0, length));
    windowBytes += length;
    const elapsedMs = performance.now() - windowFrom;
    if (elapsedMs >= WINDOW_MS) {
      isDense = windowBytes / elapsedMs >= DENSE_BYTES_PER_MS;
      windowFrom += elapsedMs;
      windowBytes = 0;
    }
    if (isDense && length < READ_BYTES) setTimeout(() => socket.resume(), GATHER_MS);
    return !isDense || length === READ_BYTES;
  };
  const socket = connect({ ...place, onread: { buffer, callback } });
  return socket;
}
