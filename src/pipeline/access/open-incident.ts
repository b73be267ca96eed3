import type { Scope } from '../../contract/access.ts';
import type { Topology } from '../../contract/config.ts';
import type { Incident } from '../../contract/incident.ts';
import { covers } from '../../domain/access/scope.ts';

/** Whether one of the incidents is open at a site of the scope. */
export function isIncidentOpenIn(
  scope: Scope | undefined,
  incidents: readonly Incident[],
  { sites }: Pick<Topology, 'sites'>,
): boolean {
  return incidents.some(
    (one) =>
      one.state !== 'resolved' &&
      one.sites.some((id) => covers(scope, { id, region: sites[id]?.region })),
  );
}
