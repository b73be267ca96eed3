import { expect, test } from 'vitest';
import { createPacketLimit } from '../../../collectors/mqtt/packet-limit.ts';

const MOST = 300;

/** A PUBLISH of so many bytes beyond its fixed header. */
function packet(length: number, ...lengthBytes: number[]): Buffer {
  return Buffer.concat([Buffer.from([0x30, ...lengthBytes]), Buffer.alloc(length)]);
}

const SMALL = packet(5, 5);
const LARGEST = packet(300, 0xac, 2);

test.each([1, 2, 7, 1000])('packets within the limit pass, in pieces of %i bytes', (size) => {
  const isWithin = createPacketLimit(MOST);
  const bytes = Buffer.concat([SMALL, packet(0, 0), LARGEST, SMALL, LARGEST]);
  for (let at = 0; at < bytes.length; at += size) {
    expect(isWithin(bytes.subarray(at, at + size))).toBe(true);
  }
});

test.each([
  ['one byte too long', [0x30, 0xad, 2]],
  ['as long as can be', [0x10, 0xff, 0xff, 0xff, 0x7f]],
  ['of a length that does not end', [0x10, 0x80, 0x80, 0x80, 0x80, 0]],
])('a packet %s does not, before it has come', (_what, head) => {
  const isWithin = createPacketLimit(MOST);
  expect(isWithin(LARGEST)).toBe(true);
  expect(isWithin(Buffer.from(head))).toBe(false);
});
