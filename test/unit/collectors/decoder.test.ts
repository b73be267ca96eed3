import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { decodeMessage } from '../../../collectors/mqtt/decode.ts';
import { Decoder } from '../../../collectors/mqtt/decoder.ts';
import type { Kind } from '../../../src/contract/kind.ts';
import { METRICS, type Metric } from '../../../src/contract/metric.ts';
import { decodeLine } from '../../../src/domain/line-protocol.ts';
import type { Decoded } from '../../../src/ports.ts';
import { START } from '../../support/sample.ts';

const ROOT = 'svitlo/v1';
let decoder: Decoder;

beforeEach(() => {
  decoder = new Decoder(ROOT);
});

const topicOf = (kind: Kind) => `${ROOT}/krakivets/${kind}/one/telemetry`;

function decode(text: string, topic = topicOf('ups')): Decoded {
  const payload = Buffer.from(text);
  // Somewhere in a larger buffer, as the bytes of a connection are.
  const bytes = Buffer.concat([Buffer.from('before'), payload, Buffer.from('}after')]);
  const place = { payloadStart: 6, payloadEnd: 6 + payload.length, payloadLength: payload.length };
  return decoder.decode({ topic, bytes, ...place, receivedAt: START, isRetained: false });
}

function inFull(text: string, topic = topicOf('ups')): Decoded {
  const payload = Buffer.from(text);
  return decodeMessage({ root: ROOT, topic, payload, receivedAt: START, isRetained: false });
}

/** The same answer as the full decoding's; the line, where there is one, says the same. */
function expectSame(decoded: Decoded, text: string, topic?: string): void {
  const { line, ...rest } = decoded;
  const full = inFull(text, topic);
  expect(rest).toEqual(full);
  if (line === undefined || full.sample === undefined) return;
  const { site, kind, device, ts, metrics } = full.sample;
  const read = decodeLine(line.bytes.toString('utf8', 0, line.length));
  expect(read).toEqual({ site, kind, device, ts, fields: metrics });
}

/** A number as some program may write it. */
function numberTexts({ min = -10_000, max = 10_000, type }: Metric): fc.Arbitrary<string> {
  const whole = fc.integer({ min: Math.ceil(min), max: Math.min(max, 1e12) }).map(String);
  if (type !== 'float') return whole;
  const precise = fc.double({ min, max, noNaN: true });
  return fc.oneof(
    whole,
    precise.map((value) => JSON.stringify(value)),
    precise.map((value) => value.toFixed(2)),
    fc.constantFrom('0', '-0', '0.0', '00', '1.', '.5', '1e2', '1E-7', '01', '--1', '9'.repeat(30)),
  );
}

function valueTexts(metric: Metric): fc.Arbitrary<string> {
  const { type, values = [] } = metric;
  const wrong = fc.constantFrom('null', '[]', '{}', '"', 'tru', '1e999', '"\\u0000"', '');
  const right =
    type === 'bool'
      ? fc.constantFrom('true', 'false')
      : type === 'enum'
        ? fc.constantFrom(...values).map((value) => JSON.stringify(value))
        : type === 'flags' || type === 'text'
          ? fc.oneof(
              fc.constantFrom('"OL"', '"OB LB"', '"Київ"', '"a,b=c d"'),
              fc.string().map((text) => JSON.stringify(text)),
            )
          : numberTexts(metric);
  return fc.oneof({ weight: 20, arbitrary: right }, { weight: 1, arbitrary: wrong });
}

const tsTexts = fc.oneof(
  fc.integer({ min: START - 1e9, max: START + 400_000 }).map(String),
  fc.constantFrom(
    '"2026-11-24T11:59:58Z"',
    '"2026-11-24t11:59:58.5+02:00"',
    '"yesterday"',
    '1.5',
    '17',
  ),
);

/** Two messages of one device: the same names in the same order, other values. */
const pairs = fc.constantFrom<Kind>('ups', 'scanner', 'power').chain((kind) => {
  const metrics = [...METRICS.values()].filter(({ kinds }) => kinds.includes(kind));
  const names = fc.uniqueArray(fc.constantFrom(...metrics), { minLength: 1, maxLength: 14 });
  const comma = fc.constantFrom(',', ', ', ' ,\n');
  return fc.tuple(names, comma, fc.boolean()).chain(([chosen, separator, hasSeq]) => {
    const message = fc
      .tuple(tsTexts, fc.nat(), ...chosen.map(valueTexts))
      .map(([ts, seq, ...values]) => {
        const members = [`"ts":${ts}`, ...(hasSeq ? [`"seq": ${seq}`] : [])];
        for (const [index, { key }] of chosen.entries()) members.push(`"${key}":${values[index]}`);
        return `{${members.join(separator)}}`;
      });
    return fc.record({
      kind: fc.constant(kind),
      texts: fc.array(message, { minLength: 2, maxLength: 5 }),
    });
  });
});

describe('by the layout or in full', () => {
  it('the answer is the same, whatever values come', () => {
    fc.assert(
      fc.property(pairs, ({ kind, texts }) => {
        decoder = new Decoder(ROOT);
        for (const text of texts) expectSame(decode(text, topicOf(kind)), text, topicOf(kind));
      }),
      { numRuns: 1000 },
    );
  });

  it('the answer is the same after any change of a byte', () => {
    const text = `{"ts":${START},"seq":7,"ups.status":"OL CHRG","ups.load":42.5,"battery.charge":98}`;
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), (at, code) => {
        decode(text);
        const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
        expectSame(decode(changed), changed);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a device that writes as before', () => {
  const textOf = (load: string) => `{"ts":${START},"ups.load":${load},"ups.status":"OL"}`;

  it('is read by its layout, with the line at hand', () => {
    expect(decode(textOf('41')).line).toBeUndefined();
    const { line, sample } = decode(textOf('42.50'));
    expect(line?.bytes.toString('utf8', 0, line.length)).toBe(
      `ups,site=krakivets,device=one ups.load=42.50,ups.status="OL" ${START}`,
    );
    expect(sample?.metrics).toEqual({ 'ups.load': 42.5, 'ups.status': 'OL' });
  });

  it('shares its layout with every other that writes the same way', () => {
    decode(textOf('41'));
    const topic = `${ROOT}/shehyni/ups/two/telemetry`;
    decode(textOf('41'), topic);
    const { line } = decode(textOf('42'), topic);
    expect(line?.bytes.toString('utf8', 0, line.length)).toBe(
      `ups,site=shehyni,device=two ups.load=42,ups.status="OL" ${START}`,
    );
  });

  it('keeps the samples that were read before as they were', () => {
    decode(textOf('41'));
    const first = decode(textOf('42')).sample;
    decode(textOf('43'));
    expect(first?.metrics['ups.load']).toBe(42);
  });

  it('that begins to write in another way is read by that one soon', () => {
    decode(textOf('41'));
    const other = (load: number) => `{"ts":${START},"ups.status":"OB","ups.load":${load}}`;
    expectSame(decode(other(1)), other(1));
    expect(decode(other(2)).line).toBeDefined();
  });

  it('is read in full where a value is out of its range', () => {
    decode(textOf('41'));
    expect(decode(textOf('4100')).rejects).toMatchObject([{ reason: 'out_of_range' }]);
  });

  it('is read in full where its number is beyond what is exact', () => {
    const textWith = (seq: string) => `{"ts":${START},"seq":${seq},"ups.load":41}`;
    decode(textWith('1'));
    expect(decode(textWith('2')).line).toBeDefined();
    const rejects = [{ reason: 'wrong_type', metric: 'seq' }];
    expect(decode(textWith('9'.repeat(20)))).toMatchObject({ rejects });
  });

  it('is rejected where a long number makes it too large', () => {
    decode(textOf('41'));
    const { sample, rejects } = decode(textOf(`41.${'0'.repeat(64 * 1024)}`));
    expect(sample).toBeUndefined();
    expect(rejects).toMatchObject([{ reason: 'too_large' }]);
  });
});

describe('a payload of which only the beginning is here', () => {
  it('is rejected with its true length', () => {
    const bytes = Buffer.from('{"ts":1');
    const place = { payloadStart: 0, payloadEnd: bytes.length, payloadLength: 70_000 };
    const topic = topicOf('ups');
    const { rejects } = decoder.decode({
      topic,
      bytes,
      ...place,
      receivedAt: START,
      isRetained: false,
    });
    expect(rejects).toMatchObject([
      { reason: 'too_large', detail: 'expected at most 64 KiB, got 70000 bytes' },
    ]);
  });
});
