import { describe, expect, test } from 'vitest';
import { quoteName, quoteText } from '../../../src/adapters/influx/influx-ql.ts';

const HOSTILE = ['a"; DROP DATABASE svitlo', "a' OR 1=1 --", 'a\\', 'a\\"', "a\\'", 'a\nb'];

/** What stands between the quotes as InfluxQL reads it; undefined: something stands behind them. */
function readBack(quoted: string): string | undefined {
  const mark = quoted[0] ?? '';
  const inside = new RegExp(`^${mark}((?:[^${mark}\\\\\\n]|\\\\.)*)${mark}$`).exec(quoted)?.[1];
  return inside?.replace(/\\(.)/g, '$1');
}

describe.each([
  ['a name', quoteName],
  ['a text', quoteText],
])('%s', (_, quote) => {
  test.each(HOSTILE)('%j stays what it is', (text) => {
    expect(readBack(quote(text))).toBe(text.replace('\n', ' '));
  });
});
