import { type Language, LOCALES } from './language.ts';

/** Forms by CLDR category; a category that is missing falls back to `other`. */
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** The form of a language that fits a count: uk 1 сканер, 2 сканери, 5 сканерів, 1,5 сканера. */
export function pluralFor(language: Language): (count: number, forms: PluralForms) => string {
  const rules = new Intl.PluralRules(LOCALES[language]);
  return (count, forms) => forms[rules.select(count)] ?? forms.other;
}
