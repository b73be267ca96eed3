import { TIME_NAMES } from '../../contract/http-time.ts';

/** A copy of a JSON value in which times (ms since 1970 UTC, by their names) are RFC 3339 UTC. */
export function presentTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(presentTimes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) =>
      TIME_NAMES.has(key) && typeof member === 'number'
        ? [key, new Date(member).toISOString()]
        : [key, presentTimes(member)],
    ),
  );
}
