import { labelOf } from '../../../../src/i18n/index.ts';
import { format, texts } from '../language.ts';
import { CallError } from './call.ts';
import { pageTexts } from './page-texts.ts';

/** A failure whose message is already what the person is to read. */
export class PlainError extends Error {}

/** What went wrong and what to do about it; `instead` has better words where the place is known. */
export function errorText(error: unknown, instead: Readonly<Record<string, string>> = {}): string {
  if (error instanceof PlainError) return error.message;
  if (!(error instanceof CallError)) return pageTexts.value.account.failed;
  if (error.code === 'UNREACHABLE') return texts.value.access.unreachable;
  const { retryAfterSeconds } = error;
  if (error.code === 'SVT_TOO_MANY_ATTEMPTS' && retryAfterSeconds !== undefined) {
    return pageTexts.value.signIn.wait(format.value.elapsed(retryAfterSeconds));
  }
  return instead[error.code] ?? labelOf(texts.value.error, error.code);
}
