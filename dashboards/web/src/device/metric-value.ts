import type { Device, Reading } from '../../../../src/contract/device.ts';
import type { Metric } from '../../../../src/contract/metric.ts';
import { labelOf } from '../../../../src/i18n/index.ts';
import { format, texts } from '../language.ts';
import { outsideText } from '../view/outside-text.ts';

/** Metrics that are charted, by kind, the most telling first. */
export const TRENDS: Record<Device['kind'], readonly string[]> = {
  ups: ['battery.charge', 'battery.runtime', 'ups.load', 'input.voltage'],
  scanner: ['power.active', 'chiller.temp', 'scan.count', 'dose.boundary'],
  power: ['mains.voltage', 'generator.fuel'],
};

const DURATION_METRICS: ReadonlySet<string> = new Set(['battery.runtime', 'battery.runtime.low']);

function enumLabel(metric: string, value: string): string {
  const t = texts.value;
  switch (metric) {
    case 'state':
      return labelOf(t.scannerState, value);
    case 'generator.state':
      return labelOf(t.generatorState, value);
    case 'ats.position':
      return labelOf(t.atsPosition, value);
    case 'gps.fix':
      return labelOf(t.gpsFix, value);
    case 'battery.charger.status':
      return labelOf(t.chargerStatus, value);
    default:
      return value;
  }
}

/** A value of a metric with its unit, in the page's language. */
export function valueText(
  key: string,
  value: Reading['value'],
  metric: Metric | undefined,
): string {
  if (typeof value === 'boolean') return value ? texts.value.yes : texts.value.no;
  if (typeof value === 'string') return outsideText(enumLabel(key, value));
  if (DURATION_METRICS.has(key)) return format.value.duration(value);
  const unit = metric?.unit ?? '';
  const digits = Math.abs(value) < 10 ? 2 : 1;
  const number = format.value.number(value, digits);
  if (unit === '') return number;
  if (unit === '%') return `${number}%`;
  return `${number} ${labelOf(texts.value.unit, unit)}`;
}

export function metricLabel(key: string, metric: Metric | undefined, lang: 'uk' | 'en'): string {
  return metric?.label[lang] ?? key;
}
