import type { WriteOutcome } from '../../ports.ts';
import type { WriteAnswer } from './write-client.ts';

/**
 * What an answer to `/write` means, of InfluxDB 1.x, 2.x and 3 and of what stands in front of it. A
 * refusal's text is all that tells its cause: the status alone differs from version to version.
 */
export function outcomeOf({ status, text, retryAfterMs }: WriteAnswer): WriteOutcome {
  if (status >= 200 && status < 300) return { outcome: 'stored' };
  const detail = status === 0 ? text : `${status} ${text}`;
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  // What follows is the line: its words are a device's, and must decide nothing.
  if (status === 413 || /^(partial write: )?unable to parse/i.test(text))
    return { outcome: 'split', state: 'points_refused', detail };
  if (/database not found|database is required|bucket .*not found/i.test(text))
    return { outcome: 'pause', state: 'database_missing', detail };
  if (/retention policy not found/i.test(text))
    return { outcome: 'pause', state: 'retention_policy_missing', detail };
  if (status === 401 || status === 403) return { outcome: 'pause', state: 'unauthorized', detail };
  if (/limit (of|reached|exceeded)|exceeded .*limit|max-values-per-tag|max-series/i.test(text))
    return { outcome: 'pause', state: 'limit_reached', detail };
  const isOverloaded = status >= 500 && /cache-max-memory-size|timeout/i.test(text);
  if (status === 429 || status === 503 || isOverloaded)
    return { outcome: 'retry', state: 'overloaded', detail, ...wait };
  if (status === 0 || status === 408 || status >= 500)
    return { outcome: 'retry', state: 'unreachable', detail, ...wait };
  if (status === 400 || status === 422) return { outcome: 'split', state: refusal(text), detail };
  return { outcome: 'pause', state: 'unreachable', detail: `expected an InfluxDB, got ${detail}` };
}

function refusal(text: string): 'field_type_conflict' | 'points_expired' | 'points_refused' {
  if (/field type conflict/i.test(text)) return 'field_type_conflict';
  if (/beyond retention policy|outside retention policy/i.test(text)) return 'points_expired';
  return 'points_refused';
}
