import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Resolution, Span } from '../../domain/resolution.ts';

const DAY_MS = 86_400_000;
const SUFFIX: Readonly<Record<Resolution, string>> = { raw: '', minute: '_1m', hour: '_1h' };
const FILE = /^(\d{4}-\d\d(?:-\d\d)?)\.parquet$/;

/**
 * The Parquet files of one kind and resolution: one a UTC day, of hours one a UTC month, so that a
 * chart over years opens few of them.
 */
export class PeriodFiles {
  readonly folder: string;
  readonly #isMonthly: boolean;

  constructor(root: string, kind: string, resolution: Resolution) {
    this.folder = join(root, `${kind}${SUFFIX[resolution]}`);
    this.#isMonthly = resolution === 'hour';
  }

  /** The period that a time is in. */
  periodAt(ms: number): Span {
    if (!this.#isMonthly) {
      const fromMs = Math.floor(ms / DAY_MS) * DAY_MS;
      return { fromMs, toMs: fromMs + DAY_MS };
    }
    const date = new Date(ms);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    return { fromMs: Date.UTC(year, month), toMs: Date.UTC(year, month + 1) };
  }

  fileOf(period: Span): string {
    const name = new Date(period.fromMs).toISOString().slice(0, this.#isMonthly ? 7 : 10);
    return join(this.folder, `${name}.parquet`);
  }

  /** The files that there are of a span, oldest first. */
  over({ fromMs, toMs }: Span): string[] {
    const files: string[] = [];
    for (
      let period = this.periodAt(fromMs);
      period.fromMs < toMs;
      period = this.periodAt(period.toMs)
    ) {
      const file = this.fileOf(period);
      if (existsSync(file)) files.push(file);
    }
    return files;
  }

  /** The files of periods that ended before this time. */
  endedBefore(ms: number): string[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder)
      .filter((name) => {
        const start = Date.parse(FILE.exec(name)?.[1] ?? '');
        return this.periodAt(start).toMs <= ms;
      })
      .map((name) => join(this.folder, name));
  }
}
