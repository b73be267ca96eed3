import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Publish } from '../../../collectors/mqtt/publish-framer.ts';
import { PublishFramer } from '../../../collectors/mqtt/publish-framer.ts';
import { userProperty } from '../../../collectors/mqtt/publish-properties.ts';
import { createPublisherCheck } from '../../../collectors/mqtt/publisher-check.ts';

const NAME = 'publisher';
const TOPIC = 'svitlo/v1/krakivets/ups/ups-1/telemetry';
const ID = 'krakivets/ups/ups-1';

function lengthBytes(length: number): number[] {
  return length < 128 ? [length] : [(length % 128) | 128, ...lengthBytes(length >> 7)];
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
}

const user = (name: string, value: string) =>
  Buffer.concat([Buffer.of(0x26), text(name), text(value)]);

/** One of each other kind that a PUBLISH may have (MQTT 5, 3.3.2.3). */
const OTHERS = [
  Buffer.from([1, 1]),
  Buffer.from([2, 0, 0, 0, 9]),
  Buffer.concat([Buffer.of(3), text('application/json')]),
  Buffer.concat([Buffer.of(8), text('answer/here')]),
  Buffer.concat([Buffer.of(9), text('bytes')]),
  Buffer.from([11, 0xff, 0xff, 0x7f]),
  Buffer.from([0x23, 0, 7]),
];

/** What `read` makes of a PUBLISH with these properties, as the framer hands it over. */
function of<T>(properties: Uint8Array, read: (publish: Publish) => T, topic = TOPIC): T {
  const name = text(topic);
  const head = [name, Buffer.from(lengthBytes(properties.length)), properties];
  const body = Buffer.concat([...head, Buffer.from('{"seq":1}')]);
  let answer: { value: T } | undefined;
  const framer = new PublishFramer({
    onPublish: (publish) => {
      answer = { value: read(publish) };
    },
    onOther: () => {},
  });
  framer.push(Buffer.concat([Buffer.of(0x30), Buffer.from(lengthBytes(body.length)), body]));
  if (answer === undefined) throw new Error('no PUBLISH was read');
  return answer.value;
}

const valueIn = (...properties: Uint8Array[]) =>
  of(Buffer.concat(properties), (publish) => userProperty(publish, Buffer.from(NAME)));

describe('a user property', () => {
  it('is found among all others', () => {
    expect(valueIn(...OTHERS, user('other', 'x'), user(NAME, ID), ...OTHERS)).toBe(ID);
  });

  it('is not there where there is none, nor one with a longer or shorter name', () => {
    expect(valueIn()).toBeUndefined();
    expect(valueIn(...OTHERS, user(`${NAME}s`, ID), user('publishe', ID))).toBeUndefined();
  });

  it('that is there twice counts once, and with different values not at all', () => {
    expect(valueIn(user(NAME, ID), user(NAME, ID))).toBe(ID);
    expect(valueIn(user(NAME, ID), user(NAME, 'other'))).toBeNull();
  });

  it.each([
    ['a type that no PUBLISH has', Buffer.of(0x7e)],
    ['a name that goes on past the end', Buffer.from([0x26, 0xff, 0xff, 1])],
    ['a value that goes on past the end', Buffer.from([0x26, 0, 1, 0x61, 0xff, 0xff])],
    ['a length that is cut off', Buffer.from([0x26, 0])],
    ['a number that is cut off', Buffer.from([2, 0, 0])],
    ['a number of five bytes', Buffer.from([11, 0xff, 0xff, 0xff, 0xff, 1])],
    ['more than is looked through', user('a', 'x'.repeat(9000))],
  ])('does not count beside %s', (_, bytes) => {
    expect(valueIn(user(NAME, ID), bytes)).toBeNull();
  });

  it('reads nothing past the properties, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const value = valueIn(bytes);
        if (typeof value === 'string') expect(value.length).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});

describe('the publisher of a message', () => {
  const check = createPublisherCheck('svitlo/v1', NAME);
  const gotOn = (topic: string, ...properties: Uint8Array[]) =>
    of(Buffer.concat(properties), (publish) => check(publish, topic), topic);

  it('is its topic’s own device, on either channel', () => {
    expect(gotOn(TOPIC, user(NAME, ID))).toBeUndefined();
    expect(gotOn('svitlo/v1/krakivets/ups/ups-1/state', user(NAME, ID))).toBeUndefined();
  });

  it.each([
    ['another device', [user(NAME, 'krakivets/ups/ups-2')], 'krakivets/ups/ups-2'],
    ['a part of it', [user(NAME, 'krakivets/ups')], 'krakivets/ups'],
    ['nothing', [user(NAME, '')], ''],
    ['nobody', [], 'a message in which the broker names nobody'],
    ['two', [user(NAME, ID), user(NAME, 'x')], 'a message that names several or is malformed'],
  ])('is foreign where the broker names %s', (_, properties, got) => {
    expect(gotOn(TOPIC, ...properties)).toBe(got);
  });

  it('is not asked for off the pattern: that has a reason of its own', () => {
    expect(gotOn('svitlo/v1/krakivets', user(NAME, 'other'))).toBeUndefined();
  });
});
