import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { linksIn } from '../../support/markdown-link.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../../docs/asvs.md'), 'utf8');

/**
 * OWASP ASVS 5.0.0: how many requirements of level 1 and 2 each section has. Within a section those of level 3
 * come last, so that these are numbered from 1 without a gap.
 */
const SECTIONS: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  V1: { 1: 2, 2: 9, 3: 11, 4: 3, 5: 2 },
  V2: { 1: 3, 2: 3, 3: 4, 4: 1 },
  V3: { 2: 2, 3: 4, 4: 6, 5: 5, 7: 2 },
  V4: { 1: 3, 2: 1, 3: 2, 4: 4 },
  V5: { 1: 1, 2: 3, 3: 2, 4: 3 },
  V6: { 1: 3, 2: 12, 3: 4, 4: 4, 5: 5, 6: 3, 8: 4 },
  V7: { 1: 3, 2: 4, 3: 2, 4: 5, 5: 2, 6: 2 },
  V8: { 1: 2, 2: 3, 3: 1, 4: 1 },
  V9: { 1: 3, 2: 4 },
  V10: { 1: 2, 2: 2, 3: 4, 4: 11, 5: 5, 6: 2, 7: 3 },
  V11: { 1: 2, 2: 3, 3: 3, 4: 4, 5: 1, 6: 1 },
  V12: { 1: 3, 2: 2, 3: 4 },
  V13: { 1: 1, 2: 5, 3: 2, 4: 5 },
  V14: { 1: 2, 2: 4, 3: 3 },
  V15: { 1: 3, 2: 3, 3: 7 },
  V16: { 1: 1, 2: 5, 3: 4, 4: 3, 5: 3 },
  V17: { 1: 1, 2: 4, 3: 2 },
};
const REQUIREMENTS = Object.entries(SECTIONS).flatMap(([chapter, sections]) =>
  Object.entries(sections).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, at) => `${chapter}.${section}.${at + 1}`),
  ),
);
const STATES = ['met', 'partly', 'not met', 'not applicable'];

const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| V'))
  .map((line) => {
    const [, ids = '', state = '', how = '', shownBy = ''] = line
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim());
    return { ids: requirementsIn(ids), state, how, shownBy };
  });

/** `V1.2.6–V1.2.8` is three. */
function requirementsIn(cell: string): string[] {
  const [from = '', to = from] = cell.split('–');
  const section = from.replace(/\d+$/, '');
  const [first, last] = [from, to].map((id) => Number(id.slice(section.length)));
  if (!to.startsWith(section) || first === undefined || last === undefined) return [cell];
  return Array.from({ length: last - first + 1 }, (_, at) => `${section}${first + at}`);
}

test('every requirement of level 1 and 2 stands once, in its order, and no other', () => {
  expect(REQUIREMENTS).toHaveLength(253);
  expect(rows.flatMap(({ ids }) => ids)).toEqual(REQUIREMENTS);
});

test('the sums are those of the rows', () => {
  for (const state of STATES) {
    const count = rows.filter((row) => row.state === state).flatMap(({ ids }) => ids).length;
    expect(page).toMatch(new RegExp(`^\\| ${state}\\b[^|]*\\| ${count} \\|$`, 'm'));
  }
  expect(rows.filter(({ state }) => !STATES.includes(state))).toEqual([]);
});

test('what is met is shown by a test or a chapter, and all else says why', () => {
  const unshown = rows.filter(({ state, how, shownBy }) => {
    const links = linksIn(how + shownBy);
    return state === 'met' && !links.some((link) => /\.ts$|\.md(#|$)/.test(link));
  });
  expect(unshown).toEqual([]);
  expect(rows.filter(({ how }) => how.length < 4)).toEqual([]);
});

test('tests alone are named as tests', () => {
  const named = rows.flatMap(({ shownBy }) => linksIn(shownBy));
  expect(named.length).toBeGreaterThan(150);
  const strange = named.filter((link) => !/^\.\.\/test\/.*\.(test|bench)\.ts$/.test(link));
  expect(strange).toEqual([]);
});
