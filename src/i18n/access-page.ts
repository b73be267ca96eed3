import { type AccessPageTexts, enAccessPage } from './en-access-page.ts';
import type { Language } from './language.ts';
import { ukAccessPage } from './uk-access-page.ts';

export type { AccessPageTexts } from './en-access-page.ts';

const pages: Record<Language, AccessPageTexts> = { uk: ukAccessPage, en: enAccessPage };

/** What the views of sign-in and administration say: apart, so that the live page loads without it. */
export function accessPageTextsOf(language: Language): AccessPageTexts {
  return pages[language];
}
