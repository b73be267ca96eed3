import { enDoctor } from './en-doctor.ts';
import type { Language } from './language.ts';
import { ukDoctor } from './uk-doctor.ts';

/** What `npm run doctor` may find, and what each finding names. */
export interface FindingParams {
  timed_out: { seconds: number };
  check_failed: { reason: string };
  node_old: { version: string; needed: string };
  config_invalid: { fault: string };
  data_folder_missing: { path: string };
  data_folder_unusable: { path: string; reason: string };
  data_folder_open: { path: string; mode: string };
  data_files_open: { path: string; files: string };
  data_folder_in_use: { path: string };
  disk_low: { path: string; freeMb: number; neededMb: number };
  journal_damaged: { path: string; reason: string };
  journal_later: { path: string; version: number; known: number };
  accounts_damaged: { path: string; reason: string };
  no_administrator: { setting: string };
  port_taken: { setting: string; port: number };
  port_unusable: { setting: string; port: number; reason: string };
  certificate_unreadable: { file: string; reason: string };
  certificate_expired: { file: string; at: string };
  certificate_expiring: { file: string; days: number };
  certificate_not_yet: { file: string; at: string };
  key_mismatch: { cert: string; key: string };
  key_open: { file: string; mode: string };
  broker_unreachable: { url: string; reason: string };
  broker_refused: { url: string; user: string };
  broker_untrusted: { url: string; reason: string };
  broker_subscription_refused: { filter: string; user: string };
  broker_delivers_nothing: { filter: string; user: string };
  broker_nothing_heard: { filter: string; user: string; seconds: number };
  broker_no_retain: { url: string };
  broker_queue_small: { kept: number; sent: number };
  influx_unreachable: { origin: string; reason: string };
  influx_unauthorized: { user: string; reason: string };
  influx_database_missing: { database: string };
  influx_may_not_write: { user: string; database: string; reason: string };
  influx_may_not_read: { user: string; database: string; reason: string };
  influx_refuses: { origin: string; reason: string };
  influx_no_policy: { database: string };
  influx_policy_short: { database: string; policy: string; retention: string };
  clock_wrong: { seconds: number; source: string };
  clock_unsynchronized: object;
  smtp_unreachable: { server: string; reason: string };
  smtp_refused: { server: string; reason: string };
  smtp_untrusted: { server: string; reason: string };
  oidc_incomplete: { missing: string };
  oidc_unreachable: { issuer: string; reason: string };
  oidc_wrong_issuer: { issuer: string; told: string };
  public_url_plain: { url: string };
}
export type FindingCode = keyof FindingParams;

/** What is no fault, and yet has to be told. */
export interface NoteParams {
  no_config_file: object;
  monitor_runs: object;
  data_new: { path: string };
  open_mode: object;
  no_telemetry: { seconds: number };
  broker_unchecked: object;
  queue_unchecked: { topic: string };
  embedded_broker: object;
  embedded_store: object;
  clock_unchecked: object;
  smtp_unset: object;
  not_run: object;
}

export const CHECK_NAMES = [
  'node',
  'configuration',
  'dataFolder',
  'journal',
  'accounts',
  'ports',
  'certificates',
  'broker',
  'brokerQueue',
  'influx',
  'clock',
  'smtp',
  'identity',
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

export interface FindingText {
  found: string;
  expected: string;
  remedy: string;
}

export interface DoctorTexts {
  usage: string;
  check: Record<CheckName, string>;
  well: string;
  unchecked: string;
  label: Record<keyof FindingText, string>;
  note: { [C in keyof NoteParams]: (params: NoteParams[C]) => string };
  finding: { [C in FindingCode]: (params: FindingParams[C]) => FindingText };
  allWell: string;
  findings: (count: number) => string;
}

export const DOCTOR_TEXTS: Readonly<Record<Language, DoctorTexts>> = {
  uk: ukDoctor,
  en: enDoctor,
};
