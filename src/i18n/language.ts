/** The two languages of the product, Ukrainian first. */
export const LANGUAGES = ['uk', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** `en-GB` for its 24-hour clock and day before month. */
export const LOCALES: Record<Language, string> = { uk: 'uk-UA', en: 'en-GB' };

export const TIME_ZONE = 'Europe/Kyiv';

/** The first of a person's preferred languages (BCP 47 tags) that the product has, else `fallback`. */
export function pickLanguage(preferred: readonly string[], fallback: Language): Language {
  for (const tag of preferred) {
    const primary = tag.toLowerCase().split('-')[0];
    const known = LANGUAGES.find((language) => language === primary);
    if (known !== undefined) return known;
  }
  return fallback;
}
