import type { Publish } from './publish-framer.ts';

const USER_PROPERTY = 0x26;
/** The length of each other property that a PUBLISH may have (MQTT 5, 3.3.2.3); -1: its own two bytes say. */
const LENGTHS: Readonly<Record<number, number>> = { 1: 1, 2: 4, 3: -1, 8: -1, 9: -1, 35: 2 };
const SUBSCRIPTION_IDENTIFIER = 0x0b;
/** More than a broker adds; whoever sends more is not heard out. */
const MAX_BYTES = 8 * 1024;

/**
 * The value of a user property (MQTT 5, 3.3.2.3.7): `undefined` where there is none, `null` where it is there
 * several times with different values, or the properties are malformed or too long.
 */
export function userProperty(publish: Publish, name: Buffer): string | null | undefined {
  const { bytes, propertiesStart, payloadStart: end } = publish;
  if (end - propertiesStart > MAX_BYTES) return null;
  let value: string | undefined;
  let at = propertiesStart;
  while (at < end) {
    const type = bytes[at] as number;
    at += 1;
    if (type !== USER_PROPERTY) {
      at = afterOther(bytes, type, at, end);
      if (at < 0) return null;
      continue;
    }
    const nameEnd = afterString(bytes, at, end);
    const valueEnd = nameEnd < 0 ? -1 : afterString(bytes, nameEnd, end);
    if (valueEnd < 0) return null;
    if (name.equals(bytes.subarray(at + 2, nameEnd))) {
      const found = bytes.toString('utf8', nameEnd + 2, valueEnd);
      if (value !== undefined && value !== found) return null;
      value = found;
    }
    at = valueEnd;
  }
  return value;
}

/** Where the property ends, or -1 where it is none or goes on past the end. */
function afterOther(bytes: Buffer, type: number, start: number, end: number): number {
  if (type === SUBSCRIPTION_IDENTIFIER) return afterNumber(bytes, start, end);
  const length = LENGTHS[type];
  if (length === undefined) return -1;
  if (length < 0) return afterString(bytes, start, end);
  return start + length <= end ? start + length : -1;
}

/** Past a UTF-8 string or binary data: two bytes of length, and so many more. */
function afterString(bytes: Buffer, start: number, end: number): number {
  if (start + 2 > end) return -1;
  const after = start + 2 + bytes.readUInt16BE(start);
  return after <= end ? after : -1;
}

/** Past a Variable Byte Integer (MQTT 5, 1.5.5). */
function afterNumber(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end && at < start + 4; at += 1) {
    if ((bytes[at] as number) < 128) return at + 1;
  }
  return -1;
}
