import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileCheck } from '../../../collectors/mqtt/value-check.ts';
import { METRICS, type Metric, metricValueSchema } from '../../../src/contract/metric.ts';

/** Values at, beside and far from what the metric takes. */
function valuesNear({ min = -1000, max = 1000, values = [] }: Metric): fc.Arbitrary<unknown> {
  const ends = [min, max, 0, -0, 0.5].flatMap((end) => [end, end - 1, end + 1, end + 1e-9]);
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER + 1, null, [], {}];
  return fc.oneof(
    fc.constantFrom<unknown>(...ends, ...odd, ...values, 'x'.repeat(256), 'x'.repeat(257)),
    fc.double(),
    fc.integer(),
    fc.string(),
    fc.boolean(),
    fc.jsonValue(),
  );
}

it.each([...METRICS.values()].map((metric) => [metric.key, metric] as const))(
  'takes for %s what its schema takes, and nothing else',
  (_key, metric) => {
    const schema = metricValueSchema(metric);
    const check = compileCheck(metric);
    fc.assert(
      fc.property(valuesNear(metric), (value) => {
        expect(check(value)).toBe(schema.safeParse(value).success);
      }),
      { numRuns: 200 },
    );
  },
);
