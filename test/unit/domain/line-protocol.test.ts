import fc from 'fast-check';
import { expect, test } from 'vitest';
import { METRICS } from '../../../src/contract/metric.ts';
import { decodeLine, encodeLine } from '../../../src/domain/line-protocol.ts';
import { sampleOf } from '../../support/sample.ts';

test('a sample is one line: floats, booleans, quoted strings, in the order of the message', () => {
  const metrics = {
    'ups.status': 'OB "LB" \\',
    'battery.charge': 88,
    online: true,
    'ups.load': 1.5,
  };
  const sample = { ...sampleOf({ metrics }), ts: 1_795_478_400_000 };
  expect(encodeLine(sample)).toBe(
    `ups,site=${sample.site},device=${sample.device} ups.status="OB \\"LB\\" \\\\",` +
      'battery.charge=88,online=true,ups.load=1.5 1795478400000',
  );
});

test('a line break in a text becomes a space, for it would end the line', () => {
  const line = encodeLine(sampleOf({ metrics: { 'ups.alarm': 'a\nups,site=x\r' } }));
  expect(line).toContain('ups.alarm="a ups,site=x "');
});

test('a sample without a metric is no line', () => {
  expect(encodeLine(sampleOf({ metrics: {} }))).toBeUndefined();
});

test('what is encoded is read back the same', () => {
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => (one === 0 ? 0 : one)),
    fc.boolean(),
    fc.string().filter((text) => !/[\r\n]/.test(text)),
  );
  const key = fc.constantFrom(...METRICS.keys(), 'odd key,with=all');
  const metrics = fc.dictionary(key, value, { minKeys: 1 });
  fc.assert(
    fc.property(metrics, fc.integer({ min: 0, max: 4e12 }), (fields, ts) => {
      const { site, device, kind, ...rest } = { ...sampleOf({ metrics: { ...fields } }), ts };
      const line = encodeLine({ site, device, kind, ...rest }) ?? '';
      expect(decodeLine(line)).toEqual({ site, device, kind, ts, fields: { ...fields } });
    }),
    { seed: 20_261_124 },
  );
});

test.each(['', 'cpu value=1 1', 'ups,site=a,device=b ', 'ups,site=a,device=b x=1'])(
  'a line of another make is refused: %j',
  (line) => {
    expect(() => decodeLine(line)).toThrow('not a line of ours');
  },
);
