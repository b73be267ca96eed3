import type { Check, Verdict } from '../judge/verdict.ts';

const MARK = { right: 'ok  ', wrong: 'BAD ' } as const;

function span(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${Math.round(seconds % 60)} s`;
}

function number(value: number, unit: string): string {
  const text = Number.isInteger(value) ? String(value) : value.toFixed(value < 1 ? 3 : 2);
  return unit === '' ? text : `${text} ${unit}`;
}

function measured({ limit, measured: value, of, unit }: Check): string {
  const most = limit === undefined ? '' : ` (at most ${number(limit, unit)})`;
  return `${number(value, unit)}${most}${of === undefined ? '' : ` of ${of}`}`;
}

function checkLines(check: Check, width: number): string[] {
  const line = `  ${MARK[check.outcome]}${check.name.padEnd(width)}  ${measured(check)}`;
  const cases = check.outcome === 'right' ? [] : check.examples;
  return [line, ...cases.map((one) => `        ${one}`)];
}

/** The verdict as plain text for a terminal or a log. */
export function encodeSummary(verdict: Verdict): string {
  const { checks, devices, endMs, mode, published, reason, scenario, seed, sites, startMs } =
    verdict;
  const width = Math.max(0, ...checks.map(({ name }) => name.length));
  const headline = `${verdict.status.toUpperCase()}: ${scenario}, seed ${seed}, ${mode}`;
  const facts = `${span((endMs - startMs) / 1000)} simulated in ${span(verdict.wallSeconds)}; ${devices} devices at ${sites} sites, ${published} messages`;
  return [
    reason === '' ? headline : `${headline}: ${reason}`,
    `  ${facts}`,
    ...checks.flatMap((check) => checkLines(check, width)),
  ].join('\n');
}
