import type { Scope } from '../../contract/access.ts';

/** Whether somebody's limits cover a site; without limits everything is covered. */
export function covers(
  scope: Scope | undefined,
  site: { id: string; region?: string | undefined },
): boolean {
  if (scope === undefined) return true;
  if (scope.sites.includes(site.id)) return true;
  return site.region !== undefined && scope.regions.includes(site.region);
}

/** The same for equal limits, whatever order they are written in; empty for none. */
export function scopeKey(scope: Scope | undefined): string {
  if (scope === undefined) return '';
  return JSON.stringify([scope.regions.toSorted(), scope.sites.toSorted()]);
}
