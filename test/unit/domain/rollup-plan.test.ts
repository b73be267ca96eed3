import { expect, test } from 'vitest';
import { byHour, spansOver } from '../../../src/domain/rollup-plan.ts';

const MINUTE = 60_000;
const HOUR = Date.UTC(2026, 10, 24, 12);
const at = (minute: number) => HOUR + minute * MINUTE;

test('due minutes are told apart by their UTC hour', () => {
  const minutes = [at(-1), at(0), at(59), at(60)].map((ts) => ({ ts }));
  expect(byHour(minutes)).toEqual([
    { hour: { fromMs: at(-60), toMs: at(0) }, minutes: [{ ts: at(-1) }] },
    { hour: { fromMs: at(0), toMs: at(60) }, minutes: [{ ts: at(0) }, { ts: at(59) }] },
    { hour: { fromMs: at(60), toMs: at(120) }, minutes: [{ ts: at(60) }] },
  ]);
  expect(byHour([])).toEqual([]);
});

test('minutes that adjoin, or nearly do, are one span; others are not', () => {
  expect(spansOver([0, 1, 2, 8, 14].map(at))).toEqual([{ fromMs: at(0), toMs: at(15) }]);
  expect(spansOver([0, 7, 30].map(at))).toEqual([
    { fromMs: at(0), toMs: at(1) },
    { fromMs: at(7), toMs: at(8) },
    { fromMs: at(30), toMs: at(31) },
  ]);
  expect(spansOver([])).toEqual([]);
});
