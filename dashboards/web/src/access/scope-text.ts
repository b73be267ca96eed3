import type { Scope } from '../../../../src/contract/access.ts';
import { texts } from '../language.ts';
import { outsideText } from '../view/outside-text.ts';

/** What somebody is limited to, in few words: a single region or site by its name. */
export function scopeText(scope: Scope | undefined): string {
  const { access } = texts.value;
  if (scope === undefined) return access.everything;
  const { regions, sites } = scope;
  const [only] = [...regions, ...sites];
  if (regions.length + sites.length === 1 && only !== undefined) return outsideText(only, 40);
  return [
    ...(regions.length === 0 ? [] : [access.regions(regions.length)]),
    ...(sites.length === 0 ? [] : [access.limitedSites(sites.length)]),
  ].join(', ');
}
