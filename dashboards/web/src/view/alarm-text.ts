import type { Catalogue } from '../../../../src/i18n/index.ts';

/** What an alarm says, and where it is told: what follows from it and how soon to answer. */
export interface AlarmText {
  label: string;
  action: string;
  consequence?: string;
  response?: string;
}

/** The texts of a code; one that this page does not know (a newer server) is shown as it is. */
export function alarmTextOf(catalogue: Pick<Catalogue, 'alarm'>, code: string): AlarmText {
  const known: Readonly<Record<string, AlarmText>> = catalogue.alarm;
  return (Object.hasOwn(known, code) ? known[code] : undefined) ?? { label: code, action: '' };
}
