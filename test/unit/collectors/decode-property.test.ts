import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage } from '../../../collectors/mqtt/decode.ts';
import type { Kind } from '../../../src/contract/kind.ts';
import { METRICS, type Metric, metricValueSchema } from '../../../src/contract/metric.ts';
import { rejectSchema, sampleSchema } from '../../../src/contract/sample.ts';
import { encodeTopic } from '../../../src/contract/topic.ts';
import { decodeLine, encodeLine } from '../../../src/domain/line-protocol.ts';
import type { Decoded } from '../../../src/ports.ts';
import { START } from '../../support/sample.ts';

const ROOT = 'svitlo/v1';
const kinds: Kind[] = ['ups', 'scanner', 'power'];

function decode(topic: string, payload: Uint8Array): Decoded {
  return decodeMessage({ root: ROOT, topic, payload, receivedAt: START, isRetained: false });
}

/** What holds of every answer: well-formed, known metrics within their ranges, a reject where there is no sample. */
function expectSound({ sample, rejects }: Decoded): void {
  for (const reject of rejects) expect(rejectSchema.safeParse(reject).success).toBe(true);
  if (sample === undefined) {
    expect(rejects.length).toBeGreaterThan(0);
    return;
  }
  expect(sampleSchema.safeParse(sample).success).toBe(true);
  for (const [key, value] of Object.entries(sample.metrics)) {
    const metric = METRICS.get(key);
    expect(metric?.kinds).toContain(sample.kind);
    expect(metric && metricValueSchema(metric).safeParse(value).success).toBe(true);
  }
}

const topics = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc
    .tuple(
      fc.constantFrom('krakivets', 'a', 'Z', '-a', ''),
      fc.constantFrom(...kinds, 'pump'),
      fc.constantFrom('ups-1', '1', 'x/y'),
      fc.constantFrom('telemetry', 'state', 'log'),
    )
    .map((parts) => `${ROOT}/${parts.join('/')}`),
);

/** Keys and values that lie near the valid ones, and some far from them. */
const keys = fc.oneof(
  fc.constantFrom(...METRICS.keys(), 'ts', 'seq', 'backfill', '__proto__', 'constructor'),
  fc.string(),
);
const bodies = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(keys, fc.oneof(fc.jsonValue(), fc.double(), fc.boolean(), fc.date())),
);

function validValue(metric: Metric): fc.Arbitrary<number | boolean | string> {
  const { type, values = [], min = -1e9, max = 1e9 } = metric;
  if (type === 'bool') return fc.boolean();
  if (type === 'enum') return fc.constantFrom(...values);
  if (type === 'flags' || type === 'text') return fc.string({ maxLength: 120 });
  if (type === 'float') return fc.double({ min, max, noNaN: true });
  return fc.integer({ min, max });
}

const validMessages = fc.constantFrom(...kinds).chain((kind) => {
  const ofKind = [...METRICS.values()].filter(
    ({ key, kinds: of }) => of.includes(kind) && key !== 'online',
  );
  const metrics = fc.record(Object.fromEntries(ofKind.map((one) => [one.key, validValue(one)])), {
    requiredKeys: [],
  });
  return fc.record({
    kind: fc.constant(kind),
    ts: fc.integer({ min: START - 86_400_000, max: START + 300_000 }),
    seq: fc.nat(),
    metrics,
  });
});

describe('decoding, whatever comes', () => {
  it('answers any bytes on any topic', () => {
    fc.assert(
      fc.property(topics, fc.uint8Array({ maxLength: 500 }), (topic, payload) => {
        expectSound(decode(topic, payload));
      }),
    );
  });

  it('answers any JSON on any topic', () => {
    fc.assert(
      fc.property(topics, bodies, (topic, body) => {
        expectSound(decode(topic, Buffer.from(JSON.stringify(body) ?? '')));
      }),
      { numRuns: 500 },
    );
  });

  it('takes every valid message whole', () => {
    fc.assert(
      fc.property(validMessages, ({ kind, ts, seq, metrics }) => {
        const parts = { site: 'krakivets', kind, device: 'one', channel: 'telemetry' } as const;
        const text = JSON.stringify({ ts, seq, ...metrics });
        const { sample, rejects } = decode(encodeTopic(ROOT, parts), Buffer.from(text));
        expect(rejects).toEqual([]);
        const sent = JSON.parse(text) as Record<string, unknown>;
        expect({ ts: sample?.ts, seq: sample?.seq, ...sample?.metrics }).toEqual(sent);
      }),
    );
  });

  it('gives a line that reads back as the sample', () => {
    fc.assert(
      fc.property(validMessages, ({ kind, ts, metrics }) => {
        const topic = `${ROOT}/krakivets/${kind}/one/telemetry`;
        const { sample } = decode(topic, Buffer.from(JSON.stringify({ ts, ...metrics })));
        const line = sample && encodeLine(sample);
        if (sample === undefined || line === undefined) return;
        expect(line).not.toContain('\n');
        const fields = Object.entries(sample.metrics).map(([key, value]) => [
          key,
          typeof value === 'string' ? value.replace(/[\r\n]/g, ' ') : value,
        ]);
        expect(decodeLine(line)).toEqual({
          kind,
          site: 'krakivets',
          device: 'one',
          fields: Object.fromEntries(fields),
          ts,
        });
      }),
    );
  });
});
