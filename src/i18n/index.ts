import { type Catalogue, en } from './en.ts';
import { createFormat, type Format } from './format.ts';
import type { Language } from './language.ts';
import { uk } from './uk.ts';

export type { Catalogue } from './en.ts';
export type { Format } from './format.ts';
export { LANGUAGES, type Language, pickLanguage, TIME_ZONE } from './language.ts';

const catalogues: Record<Language, Catalogue> = { uk, en };
const formats: Record<Language, Format> = {
  uk: createFormat('uk', uk.format),
  en: createFormat('en', en.format),
};

/** Every text of one language; a key that is missing there does not compile. */
export function textsOf(language: Language): Catalogue {
  return catalogues[language];
}

export function formatOf(language: Language): Format {
  return formats[language];
}

/** The label of a key that came over the wire; an unknown key (a newer server) is shown as it is. */
export function labelOf(labels: Readonly<Record<string, string>>, key: string): string {
  return Object.hasOwn(labels, key) ? (labels[key] ?? key) : key;
}
