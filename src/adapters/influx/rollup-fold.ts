import type { Resolution } from '../../domain/resolution.ts';
import type { SeriesRows } from './query-client.ts';
import { fieldOf, measurementOf } from './rollup-name.ts';

/** The statistics of one metric in the bucket under way; `count` 0 where it has no value yet. */
interface Fold {
  metric: string;
  min: number;
  max: number;
  last: number;
  sum: number;
  count: number;
}

interface Columns {
  fold: Fold;
  /** Where in a row its parts stand; all the same, and no `count`, where a row is a raw point. */
  min: number;
  max: number;
  last: number;
  sum: number;
  count: number | undefined;
}

/**
 * Folds the rows of one device (ascending times) into a line a bucket. A device's rows may come in
 * several parts; `end` closes the last bucket.
 */
export class RollupFold {
  readonly #head: string;
  readonly #bucketMs: number;
  readonly #folds: Fold[];
  readonly #write: (line: string) => void;
  #bucket: number | undefined;

  constructor(options: {
    kind: string;
    resolution: Resolution;
    tags: SeriesRows['tags'];
    metrics: readonly string[];
    bucketMs: number;
    write(line: string): void;
  }) {
    const { site = '', device = '' } = options.tags;
    const measurement = measurementOf(options.kind, options.resolution);
    this.#head = `${measurement},site=${escapeTag(site)},device=${escapeTag(device)} `;
    this.#bucketMs = options.bucketMs;
    this.#write = options.write;
    this.#folds = options.metrics.map((metric) => ({ metric, ...EMPTY }));
  }

  add({ columns, values }: SeriesRows): void {
    const places = this.#folds.map((fold) => placesOf(fold, columns));
    for (const row of values) {
      const bucket = Math.floor(Number(row[0]) / this.#bucketMs) * this.#bucketMs;
      if (bucket !== this.#bucket) {
        this.end();
        this.#bucket = bucket;
      }
      for (const place of places) addRow(place, row);
    }
  }

  end(): void {
    if (this.#bucket === undefined) return;
    const fields = this.#folds.filter(({ count }) => count > 0).map(encodeFields);
    if (fields.length > 0) this.#write(`${this.#head}${fields.join(',')} ${this.#bucket}`);
    for (const fold of this.#folds) Object.assign(fold, EMPTY);
    this.#bucket = undefined;
  }
}

const EMPTY = {
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  last: 0,
  sum: 0,
  count: 0,
};

function placesOf(fold: Fold, columns: readonly string[]): Columns {
  const raw = columns.indexOf(fold.metric);
  if (raw >= 0) return { fold, min: raw, max: raw, last: raw, sum: raw, count: undefined };
  const at = (statistic: Parameters<typeof fieldOf>[1]) =>
    columns.indexOf(fieldOf(fold.metric, statistic));
  return {
    fold,
    min: at('min'),
    max: at('max'),
    last: at('last'),
    sum: at('sum'),
    count: at('count'),
  };
}

function addRow(place: Columns, row: SeriesRows['values'][number]): void {
  const { fold } = place;
  const sum = row[place.sum];
  const count = place.count === undefined ? 1 : row[place.count];
  if (typeof sum !== 'number' || typeof count !== 'number') return;
  fold.min = Math.min(fold.min, Number(row[place.min]));
  fold.max = Math.max(fold.max, Number(row[place.max]));
  fold.last = Number(row[place.last]);
  fold.sum += sum;
  fold.count += count;
}

function encodeFields({ metric, min, max, last, sum, count }: Fold): string {
  const values = { min, mean: sum / count, max, last, sum, count };
  return Object.entries(values)
    .map(([statistic, value]) => `${metric}:${statistic}=${value}`)
    .join(',');
}

function escapeTag(text: string): string {
  return text.replace(/[,= \\]/g, '\\$&');
}
