import { clockOf, counted } from './case-list.ts';
import { siteSilences } from './hearing.ts';
import type { IncidentEvidence } from './incidents.ts';
import type { Check } from './verdict.ts';

/** From a site's silence to its alarm: the on-delay of 60 s, and a little (contract: alarms). */
const RAISED_WITHIN_MS = 75_000;
/** A site that is heard again so soon may be so before the alarm. */
const SETTLE_MS = 5000;
const OF_SILENCE: readonly string[] = ['COMMS_LOSS', 'SITE_DARK', 'PLATFORM_FAULT'];

/** Sites whose every device fell silent for long, and no alarm says so: silence is never calm. */
export function judgeSilences({ expectations, stretches, limits, endMs }: IncidentEvidence): Check {
  const alarms = stretches.filter(({ code }) => OF_SILENCE.includes(code));
  const cases: string[] = [];
  let judged = 0;
  for (const site of expectations.sites()) {
    for (const { from, to } of siteSilences(site, expectations, endMs)) {
      if (to - from < RAISED_WITHIN_MS + SETTLE_MS) continue;
      judged += 1;
      const isAlarmed = alarms.some(
        (one) =>
          (one.site === site || one.code === 'PLATFORM_FAULT') &&
          one.from <= from + RAISED_WITHIN_MS &&
          (one.to === undefined || one.to > from),
      );
      if (!isAlarmed) cases.push(`${site} was silent from ${clockOf(from)} to ${clockOf(to)}`);
    }
  }
  return counted({ name: 'silences.missed', cases, limit: limits.missed, of: judged });
}
