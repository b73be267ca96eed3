import type { Reject } from '../../contract/sample.ts';
import { decodeTopic, PRODUCTION_ROOT, SIMULATION_ROOT } from '../../contract/topic.ts';
import type { Sight } from '../../domain/access/sight.ts';
import { decodeLine } from '../../domain/line-protocol.ts';
import type { Quarantined } from '../../ports.ts';

/** Those whose topic says that they are of a covered site. */
export function rejectsSeen(rejects: readonly Reject[], sight: Sight): Reject[] {
  return rejects.filter(({ topic }) => {
    const parts = decodeTopic(PRODUCTION_ROOT, topic) ?? decodeTopic(SIMULATION_ROOT, topic);
    return parts !== undefined && sight.covers(parts.site);
  });
}

export function rejectCountsOf(rejects: readonly Reject[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason } of rejects) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

/** Those whose line is of a covered site. */
export function quarantineSeen(quarantined: readonly Quarantined[], sight: Sight): Quarantined[] {
  return quarantined.filter(({ line }) => {
    const site = siteOf(line);
    return site !== undefined && sight.covers(site);
  });
}

function siteOf(line: string): string | undefined {
  try {
    return decodeLine(line).site;
  } catch {
    return undefined;
  }
}
