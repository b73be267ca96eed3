import type { Scope } from '../../../../../src/contract/access.ts';

/** A scope as it is being chosen: limited, perhaps to nothing yet. */
export interface ScopeChoice {
  isLimited: boolean;
  regions: readonly string[];
  sites: readonly string[];
}

export function choiceOf(scope: Scope | undefined): ScopeChoice {
  return {
    isLimited: scope !== undefined,
    regions: scope?.regions ?? [],
    sites: scope?.sites ?? [],
  };
}

/** `undefined` for everything; `'missing'` where nothing has been chosen yet. */
export function scopeOf({ isLimited, regions, sites }: ScopeChoice): Scope | undefined | 'missing' {
  if (!isLimited) return undefined;
  if (regions.length + sites.length === 0) return 'missing';
  return { regions: [...regions], sites: [...sites] };
}

export function toggled(list: readonly string[], name: string): readonly string[] {
  return list.includes(name) ? list.filter((one) => one !== name) : [...list, name];
}
