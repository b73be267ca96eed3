import { resolve } from 'node:path';
import { runCommand } from './run-command.ts';

const program = resolve(import.meta.dirname, '../../src/command/doctor.ts');

interface ToldFinding {
  code: string;
  params: Record<string, unknown>;
  found: string;
  expected: string;
  remedy: string;
}

export interface Diagnosis {
  status: number | null;
  isWell: boolean;
  findings: ToldFinding[];
  notes: string[];
  /** `check: finding`, without their order. */
  codes: string[];
  stderr: string;
}

interface Answer {
  isWell: boolean;
  checks: { check: string; findings: ToldFinding[]; notes: { code: string }[] }[];
}

/** Runs the real program with these settings alone; without a PATH that leads to a systemd. */
export async function diagnose(
  settings: Readonly<Record<string, string>>,
  args: readonly string[] = ['--listen', '0'],
): Promise<Diagnosis> {
  const given = Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => name.startsWith('SVITLO_'))
      .map((name) => [name, '']),
  );
  const env = { ...given, PATH: '/nowhere', SVITLO_LANG: 'en', ...settings };
  const { status, stdout, stderr } = await runCommand(
    process.execPath,
    [program, '--json', ...args],
    { env, timeout: 120_000 },
  );
  if (!stdout.startsWith('{')) throw new Error(`the doctor said: ${stdout}${stderr}`);
  const { isWell, checks } = JSON.parse(stdout) as Answer;
  return {
    status,
    isWell,
    stderr,
    findings: checks.flatMap(({ findings }) => findings),
    notes: checks.flatMap(({ notes }) => notes.map(({ code }) => code)),
    codes: checks.flatMap(({ check, findings }) => findings.map(({ code }) => `${check}: ${code}`)),
  };
}
