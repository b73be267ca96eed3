import { z } from 'zod';
import { kindSchema } from './kind.ts';
import { powerMetrics, scannerMetrics, siteMetrics } from './metric-scanner.ts';
import { upsMetrics } from './metric-ups.ts';
import { bilingualSchema } from './text.ts';

/** Numbers are `float`, `int` or `counter` on the wire and one float in the store. */
export const metricTypeSchema = z.enum([
  'float',
  'int',
  'counter',
  'bool',
  'enum',
  'flags',
  'text',
]);

/**
 * A catalogue entry. `key` is the name everywhere: payload, InfluxDB field, HTTP, live feed,
 * configuration and charts. `min`/`max` bound the valid range in `unit`; `allowsZero` admits 0 beside
 * the range (a dead input has 0 Hz); `values` lists an enumeration.
 */
export const metricSchema = z.object({
  key: z.string(),
  unit: z.string(),
  type: metricTypeSchema,
  min: z.number().optional(),
  max: z.number().optional(),
  allowsZero: z.boolean().optional(),
  values: z.array(z.string()).optional(),
  kinds: z.array(kindSchema),
  label: bilingualSchema,
});
export type Metric = z.infer<typeof metricSchema>;
export type MetricValue = number | boolean | string;

/** Every metric that Svitlo knows, by key. */
export const METRICS: ReadonlyMap<string, Metric> = new Map(
  [...upsMetrics, ...scannerMetrics, ...powerMetrics, ...siteMetrics].map((metric) => [
    metric.key,
    metric,
  ]),
);

const MAX_TEXT = 256;

/** The zod schema that a value of this metric must pass. */
export function metricValueSchema(metric: Metric): z.ZodType<MetricValue> {
  if (metric.type === 'bool') return z.boolean();
  if (metric.type === 'enum') return z.enum(metric.values ?? []);
  if (metric.type === 'flags' || metric.type === 'text') return z.string().max(MAX_TEXT);
  let range = metric.type === 'float' ? z.number() : z.int();
  if (metric.min !== undefined) range = range.min(metric.min);
  if (metric.max !== undefined) range = range.max(metric.max);
  return metric.allowsZero ? z.union([range, z.literal(0)]) : range;
}

/** The metrics of a kind whose values are numbers: those that have a series and rollups. */
export function numericMetricsOf(kind: string): Metric[] {
  return [...METRICS.values()].filter(
    ({ type, kinds }) =>
      (type === 'float' || type === 'int' || type === 'counter') &&
      kinds.some((one) => one === kind),
  );
}
