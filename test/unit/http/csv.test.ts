import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toCsv } from '../../../src/adapters/http/csv.ts';

test('rows end with CRLF, and a cell without a value is empty', () => {
  expect(toCsv(['a', 'b', 'c'], [[1, undefined, true]])).toBe('a,b,c\r\n1,,true\r\n');
});

test.each(['a,b', 'a"b', 'a\r\nb', 'a\nb'])('%j is quoted', (text) => {
  expect(toCsv(['h'], [[text]])).toBe(`h\r\n"${text.replaceAll('"', '""')}"\r\n`);
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx'])('%j is no formula', (text) => {
  expect(toCsv(['h'], [[text]])).toBe(`h\r\n'${text}\r\n`);
});

test('a number below zero stays a number', () => {
  expect(toCsv(['h'], [[-1.5]])).toBe('h\r\n-1.5\r\n');
});

test('what any text says can be read back', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const line = toCsv(['h'], [[text]]).slice('h\r\n'.length, -2);
      const read = line.startsWith('"') ? line.slice(1, -1).replaceAll('""', '"') : line;
      expect(read.startsWith("'") && !text.startsWith("'") ? read.slice(1) : read).toBe(text);
    }),
  );
});
