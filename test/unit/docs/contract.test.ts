import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { VARIABLES } from '../../../src/config.ts';
import { alarmCodeSchema } from '../../../src/contract/alarm.ts';
import { SUMMARY_METRICS } from '../../../src/contract/live.ts';
import { rejectReasonSchema } from '../../../src/contract/sample.ts';

const root = resolve(import.meta.dirname, '../../..');
const contract = await readFile(join(root, 'docs/contract.md'), 'utf8');
const readme = await readFile(join(root, 'README.md'), 'utf8');

/** The variables in the first column of a page's tables. */
function variablesOf(page: string): string[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('| `SVITLO_'))
    .flatMap((line) => line.split('|')[1]?.match(/SVITLO_[A-Z_]+/g) ?? []);
}

describe('settings', () => {
  test('every variable is in the table, and none that does not exist', () => {
    expect(variablesOf(contract).toSorted()).toEqual(Object.values(VARIABLES).toSorted());
  });

  test('the README names none that does not exist', () => {
    const known = Object.values(VARIABLES);
    expect(variablesOf(readme).filter((name) => !known.includes(name))).toEqual([]);
  });
});

test.each(rejectReasonSchema.options)('the reason %s of a reject is named', (reason) => {
  expect(contract).toContain(`\`${reason}\``);
});

test.each([...SUMMARY_METRICS])('summary is said to carry %s', (metric) => {
  expect(contract).toContain(`\`${metric}\``);
});

test.each(alarmCodeSchema.options)('the alarm %s is described', (code) => {
  expect(contract).toContain(`\`${code}\``);
});
