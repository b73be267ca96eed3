import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import {
  type Format,
  formatOf,
  type Language,
  labelOf,
  TIME_ZONE,
  textsOf,
} from '../../../../src/i18n/index.ts';
import type { Columns } from './plot.ts';

const HEIGHT_PX = 170;
const AXIS_WIDTH_PX = 62;
const AXIS_HEIGHT_PX = 30;
const DAY_SECONDS = 86_400;

export interface PlotRequest {
  columns: Columns;
  fromSeconds: number;
  toSeconds: number;
  metricKey: string;
  unit: string;
  language: Language;
}

interface Colours {
  line: string;
  band: string;
  grid: string;
  text: string;
}

function colours(element: Element): Colours {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    line: of('--accent'),
    band: of('--accent-soft'),
    grid: of('--line'),
    text: of('--muted'),
  };
}

interface ValueFormat {
  /** As short as the room beside the axis. */
  axis(value: number): string;
  readout(value: number): string;
}

/** Runtimes as minutes and hours, everything else with its unit. */
function valueFormat(request: PlotRequest, format: Format): ValueFormat {
  if (request.metricKey === 'battery.runtime')
    return { axis: format.brief, readout: format.duration };
  const unit = labelOf(textsOf(request.language).unit, request.unit);
  const suffix = unit === '' || unit === '%' ? unit : ` ${unit}`;
  const text = (value: number) => `${format.number(value)}${suffix}`;
  return { axis: text, readout: text };
}

/** Percentages keep their whole scale; everything else gets room around what was measured. */
function yRange(unit: string): uPlot.Range.Function {
  return (_plot, low, high) => {
    if (unit === '%') return [0, Math.max(100, high)];
    const room = Math.max((high - low) * 0.15, Math.abs(high) * 0.02, 0.1);
    return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
  };
}

function options(element: HTMLElement, request: PlotRequest): uPlot.Options {
  const format = formatOf(request.language);
  const paint = colours(element);
  const text = valueFormat(request, format);
  const axis = {
    stroke: paint.text,
    grid: { stroke: paint.grid, width: 1 },
    ticks: { show: false },
  };
  const isLong = request.toSeconds - request.fromSeconds > 2 * DAY_SECONDS;
  const edge: uPlot.Series = { stroke: 'transparent', points: { show: false } };
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), TIME_ZONE),
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
    scales: {
      x: { range: [request.fromSeconds, request.toSeconds] },
      y: { range: yRange(request.unit) },
    },
    axes: [
      {
        ...axis,
        size: AXIS_HEIGHT_PX,
        space: 70,
        values: (_plot, splits) =>
          splits.map((split) => (isLong ? format.day : format.clock)(split * 1000)),
      },
      {
        ...axis,
        size: AXIS_WIDTH_PX,
        space: 34,
        values: (_plot, splits) => splits.map((split) => text.axis(split)),
      },
    ],
    series: [{}, edge, { stroke: paint.line, width: 2, points: { show: false } }, edge],
    bands: [{ series: [3, 1], fill: paint.band }],
    hooks: { setCursor: [(plot) => showCursor(plot, text, format)] },
  };
}

/** Writes the value under the cursor into the chart's caption line. */
function showCursor(plot: uPlot, text: ValueFormat, format: Format): void {
  const box = plot.root.parentElement;
  if (box === null) return;
  const index = plot.cursor.idx;
  const time = index === null || index === undefined ? undefined : plot.data[0][index];
  const value = index === null || index === undefined ? undefined : plot.data[2]?.[index];
  if (typeof time !== 'number' || typeof value !== 'number') {
    delete box.dataset.readout;
    return;
  }
  box.dataset.readout = `${format.time(time * 1000)} · ${text.readout(value)}`;
}

/** Draws a chart into `element`; the caller destroys it. */
export function drawPlot(element: HTMLElement, request: PlotRequest): uPlot {
  const { times, min, mean, max } = request.columns;
  const plot = new uPlot(options(element, request), [times, min, mean, max], element);
  const observer = new ResizeObserver(() => {
    plot.setSize({ width: element.clientWidth, height: HEIGHT_PX });
  });
  observer.observe(element);
  const destroy = plot.destroy.bind(plot);
  plot.destroy = () => {
    observer.disconnect();
    destroy();
  };
  return plot;
}
