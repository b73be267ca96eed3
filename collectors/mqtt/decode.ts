import {
  METRICS,
  type Metric,
  type MetricValue,
  metricValueSchema,
} from '../../src/contract/metric.ts';
import type { Reject, RejectReason, Sample } from '../../src/contract/sample.ts';
import { decodeTopic } from '../../src/contract/topic.ts';
import type { Decoded } from '../../src/ports.ts';
import { decodeTimestamp } from './timestamp.ts';

const MAX_PAYLOAD_BYTES = 64 * 1024;
const MAX_TOPIC = 200;
const EXCERPT = 120;

/** A message as the broker delivered it; `receivedAt` in ms since 1970 UTC. */
export interface Message {
  root: string;
  topic: string;
  payload: Uint8Array;
  receivedAt: number;
  isRetained: boolean;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const schemas = new Map([...METRICS].map(([key, metric]) => [key, metricValueSchema(metric)]));

type Note = (reason: RejectReason, detail: string, metric?: string) => void;

/** Bytes → a sample, or rejects with their reasons. Never throws, whatever a device sends. */
export function decodeMessage(message: Message): Decoded {
  const rejects: Reject[] = [];
  const note: Note = (reason, detail, metric) =>
    rejects.push({
      receivedAt: message.receivedAt,
      topic: message.topic.slice(0, MAX_TOPIC),
      reason,
      detail,
      excerpt: excerptOf(message.payload),
      ...(metric === undefined ? {} : { metric: metric.slice(0, 100) }),
    });
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
  const body = decodeBody(message.payload, note);
  if (body === undefined) return undefined;
  const time = decodeTimestamp(body.get('ts'), receivedAt);
  if (time === undefined) {
    note('bad_ts', 'expected RFC 3339 with a zone, or integer milliseconds since 1970 UTC');
    return undefined;
  }
  const metrics: Record<string, MetricValue> = {};
  for (const [key, value] of body) {
    if (key === 'ts' || key === 'seq' || key === 'backfill') continue;
    const metric = METRICS.get(key);
    const isOfChannel = (key === 'online') === (parts.channel === 'state');
    if (metric === undefined || !metric.kinds.includes(parts.kind) || !isOfChannel) {
      note('unknown_metric', `expected a metric of ${parts.kind}`, key);
    } else if (isValid(metric, value, note)) metrics[key] = value;
  }
  if (time.clockOffsetMs !== undefined) metrics['clock.offset'] = time.clockOffsetMs;
  return {
    ...parts,
    ts: time.ts,
    receivedAt,
    hasOwnTime: time.hasOwnTime,
    isRetained,
    isBackfill: body.get('backfill') === true,
    quality: time.hasOwnTime ? 'good' : 'uncertain',
    metrics,
    ...seqOf(body.get('seq'), note),
  };
}

/** The payload's members; a Map, so that `__proto__` is a name like any other. */
function decodeBody(payload: Uint8Array, note: Note): Map<string, unknown> | undefined {
  if (payload.length > MAX_PAYLOAD_BYTES) {
    note('too_large', `expected at most 64 KiB, got ${payload.length} bytes`);
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

function seqOf(seq: unknown, note: Note): { seq?: number } {
  if (seq === undefined) return {};
  if (typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0) return { seq };
  note('wrong_type', 'expected an unsigned integer', 'seq');
  return {};
}

function isValid(metric: Metric, value: unknown, note: Note): value is MetricValue {
  if (schemas.get(metric.key)?.safeParse(value).success) return true;
  if (typeof value === 'number' && !Number.isFinite(value)) {
    note('not_finite', 'expected a finite number', metric.key);
  } else if (typeof value === expectedType(metric)) {
    note('out_of_range', `expected ${rangeOf(metric)}`, metric.key);
  } else note('wrong_type', `expected a ${expectedType(metric)}`, metric.key);
  return false;
}

function expectedType({ type }: Metric): 'boolean' | 'string' | 'number' {
  if (type === 'bool') return 'boolean';
  return type === 'enum' || type === 'flags' || type === 'text' ? 'string' : 'number';
}

function rangeOf({ type, values, min, max, unit, allowsZero }: Metric): string {
  if (values !== undefined) return values.join(', ');
  if (type === 'flags' || type === 'text') return 'at most 256 characters';
  const zero = allowsZero ? '0 or ' : '';
  const kind = type === 'float' ? '' : 'a whole number ';
  return `${kind}${zero}${min ?? '−∞'} to ${max ?? '∞'} ${unit}`.trim();
}

function excerptOf(payload: Uint8Array): string {
  const text = new TextDecoder().decode(payload.subarray(0, EXCERPT));
  return text.replace(/\p{Cc}/gu, '·');
}
