import type { Settings, Topology } from '../../contract/config.ts';
import type {
  CheckName,
  FindingCode,
  FindingParams,
  NoteParams,
} from '../../i18n/doctor-command.ts';

/** A fault of the installation, by what it is. */
export type Finding = { [C in FindingCode]: { code: C; params: FindingParams[C] } }[FindingCode];

/** What is no fault, and yet is told. */
export type Note = {
  [C in keyof NoteParams]: { code: C; params: NoteParams[C] };
}[keyof NoteParams];

export interface Outcome {
  findings: Finding[];
  notes: Note[];
}

/** The installation that is looked at. */
export interface Installation {
  settings: Settings;
  /** Undefined where `svitlo.yaml` is wrong. */
  topology?: Topology;
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  /** How long a device's message is waited for. */
  listenSeconds: number;
}

/** Looks at one subject; adds what it finds. Leaves nothing behind, here or on a server. */
export interface Check {
  name: CheckName;
  timeoutSeconds: number;
  run(place: Installation, outcome: Outcome): Promise<void> | void;
}

export function find<C extends FindingCode>(
  outcome: Outcome,
  code: C,
  params: FindingParams[C],
): void {
  outcome.findings.push({ code, params } as Finding);
}

export function note<C extends keyof NoteParams>(
  outcome: Outcome,
  code: C,
  params: NoteParams[C],
): void {
  outcome.notes.push({ code, params } as Note);
}

/** A refused connection to a name with several addresses has no message, only a code. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  if (error.message !== '') return error.message.split('\n')[0] ?? error.message;
  return 'code' in error ? String(error.code) : error.name;
}

/** `0700` */
export function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
