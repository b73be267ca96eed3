import { computed, effect, signal } from '@preact/signals';
import {
  formatOf,
  LANGUAGES,
  type Language,
  pickLanguage,
  textsOf,
} from '../../../src/i18n/index.ts';
import { load, save } from './storage.ts';

const KEY = 'svitlo.language';

function firstLanguage(): Language {
  const stored = load(KEY);
  return LANGUAGES.find((known) => known === stored) ?? pickLanguage(navigator.languages, 'uk');
}

export const language = signal<Language>(firstLanguage());
export const texts = computed(() => textsOf(language.value));
export const format = computed(() => formatOf(language.value));

export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  save(KEY, chosen);
}

effect(() => {
  document.documentElement.lang = language.value;
});
