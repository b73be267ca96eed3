import type { Catalogue } from '../../../../src/i18n/index.ts';

/** What an alarm says, what follows from it, what to do and how soon. */
type AlarmText = Record<'label' | 'consequence' | 'action' | 'response', string>;

/** The texts of a code; of one that this page does not know (a newer server) its name alone. */
export function alarmTextOf({ alarm }: Pick<Catalogue, 'alarm'>, code: string): AlarmText {
  const known: Readonly<Record<string, AlarmText>> = alarm;
  const text = Object.hasOwn(known, code) ? known[code] : undefined;
  return text ?? { label: code, consequence: '', action: '', response: '' };
}
