import { computed } from '@preact/signals';
import { accessPageTextsOf } from '../../../../src/i18n/access-page.ts';
import { language } from '../language.ts';

/** What the lazily loaded views say. */
export const pageTexts = computed(() => accessPageTextsOf(language.value));
