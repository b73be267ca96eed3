import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PublishFramer } from '../../../collectors/mqtt/publish-framer.ts';

interface Seen {
  topic: string;
  payload: string;
  length: number;
  qos: number;
  id: number;
  isRetained: boolean;
  isDuplicate: boolean;
}

/** A framer that writes down what it cuts out; other packets in hexadecimal. */
function watch() {
  const publishes: Seen[] = [];
  const others: string[] = [];
  const framer = new PublishFramer({
    onPublish: (publish) => {
      const { bytes, topicStart, topicEnd, payloadStart, payloadEnd } = publish;
      publishes.push({
        topic: bytes.toString('utf8', topicStart, topicEnd),
        payload: bytes.toString('utf8', payloadStart, payloadEnd),
        length: publish.payloadLength,
        qos: publish.qos,
        id: publish.id,
        isRetained: publish.isRetained,
        isDuplicate: publish.isDuplicate,
      });
    },
    onOther: (packet) => others.push(packet.toString('hex')),
  });
  return { framer, publishes, others };
}

function lengthBytes(length: number): number[] {
  return length < 128 ? [length] : [(length % 128) | 128, ...lengthBytes(length >> 7)];
}

interface Sent {
  topic: string;
  payload: string;
  qos: number;
  id: number;
  isRetained: boolean;
  isDuplicate: boolean;
  properties: Uint8Array;
}

function encodePublish(message: Sent): Buffer {
  const { topic, payload, qos, id, isRetained, isDuplicate, properties } = message;
  const name = Buffer.from(topic);
  const body = Buffer.concat([
    Buffer.from([name.length >> 8, name.length & 255]),
    name,
    Buffer.from(qos === 0 ? [] : [id >> 8, id & 255]),
    Buffer.from(lengthBytes(properties.length)),
    properties,
    Buffer.from(payload),
  ]);
  const header = 0x30 | (isDuplicate ? 8 : 0) | (qos << 1) | (isRetained ? 1 : 0);
  return Buffer.concat([Buffer.from([header, ...lengthBytes(body.length)]), body]);
}

const sent: fc.Arbitrary<Sent> = fc.record({
  topic: fc.string({ minLength: 1, maxLength: 40 }),
  payload: fc.string({ maxLength: 400 }),
  qos: fc.constantFrom(0, 1),
  id: fc.integer({ min: 1, max: 65_535 }),
  isRetained: fc.boolean(),
  isDuplicate: fc.boolean(),
  properties: fc.uint8Array({ maxLength: 200 }),
});

const PINGRESP = Buffer.from([0xd0, 0]);
const plain: Sent = {
  topic: 'a/b',
  payload: 'x',
  qos: 1,
  id: 1,
  isRetained: false,
  isDuplicate: false,
  properties: new Uint8Array(0),
};

describe('cutting a stream into packets', () => {
  it('gives the same packets however the bytes arrive', () => {
    fc.assert(
      fc.property(
        fc.array(sent, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }),
        (messages, sizes) => {
          const { framer, publishes, others } = watch();
          const read = Buffer.alloc(300);
          const stream = Buffer.concat(messages.flatMap((one) => [encodePublish(one), PINGRESP]));
          for (let at = 0, turn = 0; at < stream.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            // As a connection reads: into the same buffer each time.
            const length = stream.copy(read, 0, at, at + size);
            framer.push(read.subarray(0, length));
            read.fill(0xff);
            at += size;
          }
          expect(publishes).toEqual(
            messages.map(({ topic, payload, qos, id, isRetained, isDuplicate }) => ({
              topic,
              payload,
              length: Buffer.byteLength(payload),
              qos,
              id: qos === 0 ? 0 : id,
              isRetained,
              isDuplicate,
            })),
          );
          expect(others).toEqual(messages.map(() => 'd000'));
        },
      ),
    );
  });

  it('delivers the beginning of a packet that is too long, and what comes after it', () => {
    const { framer, publishes } = watch();
    const stream = Buffer.concat([
      encodePublish({ ...plain, payload: 'x'.repeat(3_000_000) }),
      encodePublish({ ...plain, id: 2 }),
    ]);
    let gathered = 0;
    for (let at = 0; at < stream.length; at += 65_536) {
      framer.push(stream.subarray(at, at + 65_536));
    }
    for (const { payload } of publishes) gathered += payload.length;
    expect(publishes.map(({ id, length }) => [id, length])).toEqual([
      [1, 3_000_000],
      [2, 1],
    ]);
    expect(gathered).toBeLessThan(400_000);
  });
});

describe('what is no MQTT', () => {
  it.each([
    ['a length of five bytes', [0x32, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['a PUBLISH shorter than its topic', [0x32, 4, 0, 9, 97, 98]],
    ['a PUBLISH without an identifier', [0x32, 3, 0, 1, 97]],
    ['properties longer than the packet', [0x32, 6, 0, 1, 97, 0, 1, 9]],
    ['properties without a length', [0x32, 5, 0, 1, 97, 0, 1]],
    ['a PUBLISH without a topic', [0x32, 5, 0, 0, 0, 1, 0]],
    ['QoS 2, which was not asked for', [0x34, 6, 0, 1, 97, 0, 1, 0]],
  ])('ends the stream: %s', (_what, bytes) => {
    expect(() => watch().framer.push(Buffer.from(bytes))).toThrow();
  });

  it('ends the stream at a packet of megabytes that is no PUBLISH', () => {
    const head = Buffer.from([0x90, 0x80, 0x80, 0x80, 0x10]);
    expect(() => watch().framer.push(Buffer.concat([head, Buffer.alloc(300_000)]))).toThrow();
  });

  it('never fails in another way', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 })), (chunks) => {
        const { framer, publishes } = watch();
        try {
          for (const chunk of chunks) framer.push(Buffer.from(chunk));
        } catch (error) {
          expect(String(error)).toMatch(/^Error: a (PUBLISH|packet) /);
        }
        for (const { payload, length } of publishes) {
          expect(Buffer.byteLength(payload)).toBeGreaterThanOrEqual(0);
          expect(length).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
