const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  });
  formats.set(timezone, format);
  return format;
}

/** What a clock on the wall shows at `at` (ms since 1970 UTC), as if the wall were in UTC (ms). */
function wallOf(at: number, timezone: string): number {
  const parts = Object.fromEntries(
    formatOf(timezone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>;
  const { year, month, day, hour, minute, second } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The date at `at` (ms since 1970 UTC) in a zone, `2026-01-16`. */
export function dateAt(at: number, timezone: string): string {
  return new Date(wallOf(at, timezone)).toISOString().slice(0, 10);
}

/** The date `days` after another one. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/**
 * When the walls of a zone show a date and a time (`07:30`, up to `24:00`), ms since 1970 UTC. A time that
 * comes twice is the `first` or the `last` of the two; one that is left out counts by the offset from before
 * it (RFC 5545 section 3.3.5).
 */
export function instantOf(
  { date, time, which }: { date: string; time: string; which: 'first' | 'last' },
  timezone: string,
): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const wall = Date.parse(`${date}T00:00Z`) + hours * HOUR_MS + minutes * 60_000;
  const guesses = [-DAY_MS, DAY_MS].map(
    (far) => wall - (wallOf(wall + far, timezone) - (wall + far)),
  );
  const exact = guesses.filter((at) => wallOf(at, timezone) === wall);
  if (exact.length === 0) return Math.max(...guesses);
  return which === 'first' ? Math.min(...exact) : Math.max(...exact);
}
