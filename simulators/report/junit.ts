import type { Check, Verdict } from '../judge/verdict.ts';
import { escapeText } from './escape.ts';

function testCase(
  scenario: string,
  { examples, limit, measured, name, outcome, unit }: Check,
): string {
  const head = `    <testcase classname="${escapeText(scenario)}" name="${escapeText(name)}" time="0"`;
  if (outcome === 'right') return `${head}/>`;
  const detail = escapeText(examples.join('\n'));
  const message = escapeText(`${name}: ${measured} ${unit}, expected at most ${limit} ${unit}`);
  return `${head}><failure message="${message}">${detail}</failure></testcase>`;
}

function suite(verdict: Verdict): string {
  const { checks, scenario, status, reason, wallSeconds } = verdict;
  const cases = checks.map((check) => testCase(scenario, check));
  const isLost = status === 'inconclusive' || (status === 'wrong' && checks.length === 0);
  if (isLost) {
    const kind = status === 'inconclusive' ? 'error' : 'failure';
    const head = `    <testcase classname="${escapeText(scenario)}" name="run" time="0">`;
    cases.push(`${head}<${kind} message="${escapeText(reason)}"/></testcase>`);
  }
  const count = (outcome: string) => checks.filter((check) => check.outcome === outcome).length;
  const errors = status === 'inconclusive' ? 1 : 0;
  const failures = count('wrong') + (isLost && errors === 0 ? 1 : 0);
  const counts = `tests="${cases.length}" failures="${failures}" errors="${errors}" skipped="0"`;
  const head = `  <testsuite name="${escapeText(scenario)}" ${counts} time="${wallSeconds.toFixed(3)}">`;
  return [head, ...cases, '  </testsuite>'].join('\n');
}

/** JUnit XML: a suite a run, a case a check. */
export function encodeJUnit(verdicts: readonly Verdict[]): string {
  const suites = verdicts.map(suite).join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="svitlo">\n${suites}\n</testsuites>\n`;
}
