import type { Metric, MetricValue } from '../../src/contract/metric.ts';
import type { Note } from './reject-note.ts';
import { VALUE_CHECKS } from './value-check.ts';

/** Whether a value fits its metric's type and range; where it does not, the reason is noted. */
export function isValidValue(metric: Metric, value: unknown, note: Note): value is MetricValue {
  if (VALUE_CHECKS.get(metric.key)?.(value)) return true;
  if (typeof value === 'number' && !Number.isFinite(value)) {
    note('not_finite', 'expected a finite number', metric.key);
  } else if (typeof value === typeOf(metric)) {
    note('out_of_range', `expected ${rangeOf(metric)}`, metric.key);
  } else note('wrong_type', `expected a ${typeOf(metric)}`, metric.key);
  return false;
}

function typeOf({ type }: Metric): 'boolean' | 'string' | 'number' {
  if (type === 'bool') return 'boolean';
  return type === 'enum' || type === 'flags' || type === 'text' ? 'string' : 'number';
}

function rangeOf({ type, values, min, max, unit, allowsZero }: Metric): string {
  if (values !== undefined) return values.join(', ');
  if (type === 'flags' || type === 'text') return 'at most 256 characters';
  const zero = allowsZero ? '0 or ' : '';
  const whole = type === 'float' ? '' : 'a whole number ';
  const least = min === Number.MIN_VALUE ? 'above 0' : `${min ?? '−∞'}`;
  return `${whole}${zero}${least} to ${max ?? '∞'} ${unit}`.trim();
}
