import { describe, expect, it } from 'vitest';
import { decodeMessage } from '../../../collectors/mqtt/decode.ts';
import { sampleSchema } from '../../../src/contract/sample.ts';
import { START } from '../../support/sample.ts';

const TOPIC = 'svitlo/v1/krakivets/ups/ups-1/telemetry';

function decode(payload: unknown, changes: { topic?: string; isRetained?: boolean } = {}) {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return decodeMessage({
    root: 'svitlo/v1',
    topic: TOPIC,
    payload: Buffer.from(text),
    receivedAt: START,
    isRetained: false,
    ...changes,
  });
}

describe('a sample', () => {
  it('has the parts of its topic, its own time and its values', () => {
    const { sample, rejects } = decode({ ts: START - 5, seq: 7, backfill: true, 'ups.load': 42 });
    expect(rejects).toEqual([]);
    expect(sample).toEqual({
      site: 'krakivets',
      kind: 'ups',
      device: 'ups-1',
      channel: 'telemetry',
      ts: START - 5,
      receivedAt: START,
      hasOwnTime: true,
      isRetained: false,
      isBackfill: true,
      seq: 7,
      quality: 'good',
      metrics: { 'ups.load': 42 },
    });
    expect(sampleSchema.parse(sample)).toEqual(sample);
  });

  it('without a time is uncertain and received now', () => {
    const { sample } = decode({ 'ups.load': 42 });
    expect(sample).toMatchObject({ ts: START, hasOwnTime: false, quality: 'uncertain' });
  });

  it('says that its delivery was a retained one', () => {
    const topic = TOPIC.replace('telemetry', 'state');
    const { sample } = decode({ online: true }, { topic, isRetained: true });
    expect(sample).toMatchObject({ channel: 'state', isRetained: true, metrics: { online: true } });
  });

  it('is kept without a metric: the device is alive', () => {
    expect(decode({ ts: START, 'ups.load': 'much' }).sample?.metrics).toEqual({});
  });

  it('holds no inherited names', () => {
    const { sample } = decode('{"__proto__":{"ups.load":1},"ups.load":2}');
    expect(Object.keys(sample?.metrics ?? {})).toEqual(['ups.load']);
    expect(Object.getPrototypeOf(sample?.metrics)).toBe(Object.prototype);
  });
});

describe('a clock that cannot be right', () => {
  it.each([
    ['ahead', START + 300_001, 300_001],
    ['before 2020', 12_000, 12_000 - START],
  ])('%s: receive time, uncertain, offset recorded', (_, ts, offset) => {
    expect(decode({ ts, 'ups.load': 42 }).sample).toMatchObject({
      ts: START,
      hasOwnTime: false,
      quality: 'uncertain',
      metrics: { 'ups.load': 42, 'clock.offset': offset },
    });
  });

  it('five minutes ahead is still a time', () => {
    const { sample } = decode({ ts: START + 300_000 });
    expect(sample).toMatchObject({ ts: START + 300_000, hasOwnTime: true, metrics: {} });
  });
});

describe('a reject', () => {
  it('names the reason, the metric, what was expected, and shows the beginning', () => {
    const { rejects } = decode({ ts: START, 'battery.charge': 120 });
    expect(rejects).toEqual([
      {
        receivedAt: START,
        topic: TOPIC,
        reason: 'out_of_range',
        metric: 'battery.charge',
        detail: 'expected 0 to 100 %',
        excerpt: `{"ts":${START},"battery.charge":120}`,
      },
    ]);
  });

  it('is short however long the input is', () => {
    const [reject] = decode(`"${'ї'.repeat(5000)}"`, { topic: `x/${'y'.repeat(500)}` }).rejects;
    expect([...(reject?.excerpt ?? '')]).toHaveLength(120);
    expect(reject?.excerpt).not.toContain('�');
    expect(reject?.topic).toHaveLength(200);
    const [unknown] = decode({ ['m'.repeat(500)]: 1 }).rejects;
    expect(unknown?.metric).toHaveLength(100);
  });

  it('shows nothing that a terminal or a page would act upon', () => {
    const [reject] = decode('\u001b[2J\u202e\u2028<b>\r\n🙂').rejects;
    expect(reject?.excerpt).toBe('·[2J··<b>··🙂');
  });
});
