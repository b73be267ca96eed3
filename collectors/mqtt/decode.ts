import { METRICS, type MetricValue } from '../../src/contract/metric.ts';
import type { Sample } from '../../src/contract/sample.ts';
import { decodeTopic, type TopicParts } from '../../src/contract/topic.ts';
import type { Decoded } from '../../src/ports.ts';
import { isValidValue } from './metric-check.ts';
import { createNotes, type Note } from './reject-note.ts';
import { decodeTimestamp } from './timestamp.ts';

export const MAX_PAYLOAD_BYTES = 64 * 1024;

/** A message as the broker delivered it; `receivedAt` in ms since 1970 UTC. */
export interface Message {
  root: string;
  topic: string;
  payload: Uint8Array;
  /** Of the whole payload, where `payload` is only its beginning (bytes). */
  payloadLength?: number;
  receivedAt: number;
  isRetained: boolean;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Bytes → a sample, or rejects with their reasons. Never throws, whatever a device sends. */
export function decodeMessage(message: Message): Decoded {
  const { rejects, note } = createNotes(message);
  const sample = decodeSample(message, note);
  return { rejects, ...(sample === undefined ? {} : { sample }) };
}

function decodeSample(message: Message, note: Note): Sample | undefined {
  const { receivedAt, isRetained } = message;
  const parts = decodeTopic(message.root, message.topic);
  if (parts === undefined) {
    note('topic', `expected ${message.root}/{site}/{ups|scanner|power}/{device}/{telemetry|state}`);
    return undefined;
  }
  const body = decodeBody(message, note);
  if (body === undefined) return undefined;
  const time = decodeTimestamp(body.get('ts'), receivedAt);
  if (time === undefined) {
    note('bad_ts', 'expected RFC 3339 with a zone, or integer milliseconds since 1970 UTC');
    return undefined;
  }
  body.delete('ts');
  const seq = parts.channel === 'telemetry' ? takeSeq(body, note) : undefined;
  const isBackfill = parts.channel === 'telemetry' && takeBackfill(body, note);
  const metrics = decodeMetrics(parts, body, note);
  if (metrics === undefined) return undefined;
  if (time.clockOffsetMs !== undefined) metrics['clock.offset'] = time.clockOffsetMs;
  return {
    ...parts,
    ts: time.ts,
    receivedAt,
    hasOwnTime: time.hasOwnTime,
    isRetained,
    isBackfill,
    quality: time.hasOwnTime ? 'good' : 'uncertain',
    metrics,
    ...(seq === undefined ? {} : { seq }),
  };
}

/** The payload's members; a Map, so that `__proto__` is a name like any other. */
function decodeBody(
  { payload, payloadLength = payload.length }: Message,
  note: Note,
): Map<string, unknown> | undefined {
  if (payloadLength > MAX_PAYLOAD_BYTES) {
    note('too_large', `expected at most 64 KiB, got ${payloadLength} bytes`);
    return undefined;
  }
  let text: string;
  try {
    text = utf8.decode(payload);
  } catch {
    note('not_utf8', 'expected UTF-8');
    return undefined;
  }
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
      return new Map(Object.entries(body));
    }
    note('not_object', 'expected a JSON object');
  } catch {
    note('not_json', 'expected JSON');
  }
  return undefined;
}

/** The values that are valid; `undefined` where a state message lacks the one that it is about. */
function decodeMetrics(
  { kind, channel }: TopicParts,
  body: Map<string, unknown>,
  note: Note,
): Record<string, MetricValue> | undefined {
  const metrics: Record<string, MetricValue> = {};
  for (const [key, value] of body) {
    const metric = METRICS.get(key);
    const isOfChannel = (key === 'online') === (channel === 'state');
    if (metric === undefined || !metric.kinds.includes(kind) || !isOfChannel) {
      const expected = channel === 'state' ? 'online and ts alone' : `a metric of ${kind}`;
      note('unknown_metric', `expected ${expected}`, key);
    } else if (isValidValue(metric, value, note)) metrics[key] = value;
  }
  if (channel === 'telemetry' || metrics.online !== undefined) return metrics;
  if (!body.has('online')) note('wrong_type', 'expected a boolean', 'online');
  return undefined;
}

function takeSeq(body: Map<string, unknown>, note: Note): number | undefined {
  const seq = body.get('seq');
  body.delete('seq');
  if (seq === undefined) return undefined;
  if (typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0) return seq;
  note('wrong_type', 'expected an unsigned integer', 'seq');
  return undefined;
}

function takeBackfill(body: Map<string, unknown>, note: Note): boolean {
  const isBackfill = body.get('backfill');
  body.delete('backfill');
  if (isBackfill === undefined || typeof isBackfill === 'boolean') return isBackfill ?? false;
  note('wrong_type', 'expected a boolean', 'backfill');
  return false;
}
