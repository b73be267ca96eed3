import type { Language } from '../../src/contract/text.ts';
import type { Verdict } from '../judge/verdict.ts';

export function encodePage(_verdict: Verdict, _language: Language): string {
  return '';
}
