import {
  type CheckName,
  DOCTOR_TEXTS,
  type DoctorTexts,
  type FindingText,
} from '../../i18n/doctor-command.ts';
import type { Language } from '../../i18n/index.ts';
import type { Finding, Note, Outcome } from './check.ts';

export function textOfFinding({ finding }: DoctorTexts, { code, params }: Finding): FindingText {
  return (finding[code] as (given: object) => FindingText)(params);
}

export function textOfNote({ note }: DoctorTexts, { code, params }: Note): string {
  return (note[code] as (given: object) => string)(params);
}

/** Notes that say that a check could not, or need not, be made. */
const UNCHECKED: ReadonlySet<Note['code']> = new Set([
  'broker_unchecked',
  'queue_unchecked',
  'embedded_broker',
  'embedded_store',
  'clock_unchecked',
  'smtp_unset',
] as const);

function verdictOf({ findings, notes }: Outcome, texts: DoctorTexts): string {
  if (findings.length > 0) return `✗ ${texts.findings(findings.length)}`;
  return notes.some(({ code }) => UNCHECKED.has(code)) ? `– ${texts.unchecked}` : `✓ ${texts.well}`;
}

/** What follows a check's name on the terminal. */
export function describe(outcome: Outcome, language: Language): string {
  const texts = DOCTOR_TEXTS[language];
  const { findings, notes } = outcome;
  const lines = [
    verdictOf(outcome, texts),
    ...notes.map((one) => `    (${textOfNote(texts, one)})`),
  ];
  for (const one of findings) {
    const { found, expected, remedy } = textOfFinding(texts, one);
    lines.push(
      `  ✗ ${texts.label.found}: ${found}`,
      `    ${texts.label.expected}: ${expected}`,
      `    ${texts.label.remedy}: ${remedy}`,
    );
  }
  return lines.join('\n');
}

/** One check of `--json`. */
export function toJson(name: CheckName, outcome: Outcome, language: Language) {
  const texts = DOCTOR_TEXTS[language];
  return {
    check: name,
    findings: outcome.findings.map((one) => ({ ...one, ...textOfFinding(texts, one) })),
    notes: outcome.notes.map((one) => ({ ...one, text: textOfNote(texts, one) })),
  };
}
