import type { Device } from '../../../../src/contract/device.ts';
import type { Metric } from '../../../../src/contract/metric.ts';
import { now } from '../feed/store.ts';
import { format, language, texts } from '../language.ts';
import { Age } from '../part/age.tsx';
import { Outside } from '../part/outside.tsx';
import { metricLabel, valueText } from './metric-value.ts';

const STALE_INTERVALS = 2;

/** Every metric with its value, age and quality; a value that is older than two intervals is dimmed. */
export function MetricTable({ device, catalogue }: MetricTableProps) {
  const { ui, quality } = texts.value;
  const rows = Object.entries(device.metrics)
    .map(([key, reading]) => ({
      key,
      reading,
      metric: catalogue.get(key),
      label: metricLabel(key, catalogue.get(key), language.value),
    }))
    .sort((a, b) => a.label.localeCompare(b.label, language.value));
  if (rows.length === 0) return <p class="empty">{ui.noMetrics}</p>;
  const staleBefore = now.value - (STALE_INTERVALS * device.intervalSeconds + 1) * 1000;
  return (
    <table class="metrics">
      <thead>
        <tr>
          <th scope="col">{ui.metric}</th>
          <th scope="col" class="value">
            {ui.value}
          </th>
          <th scope="col">{ui.age}</th>
          <th scope="col">{ui.quality}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, reading, metric, label }) => (
          <tr key={key} data-metric={key} class={reading.ts <= staleBefore ? 'dimmed' : ''}>
            <th scope="row">
              <Outside text={label} />{' '}
              <code>
                <Outside text={key} />
              </code>
            </th>
            <td class="value">{valueText(key, reading.value, metric)}</td>
            <td title={format.value.dateTime(reading.ts)}>
              <Age at={reading.ts} />
            </td>
            <td class={`quality-${reading.quality}`}>{quality[reading.quality]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface MetricTableProps {
  device: Device;
  catalogue: ReadonlyMap<string, Metric>;
}
