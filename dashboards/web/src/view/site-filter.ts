import type { SiteView } from './site-view.ts';

/** The buttons above the sites: what is wrong first. */
export const SITE_GROUPS = ['all', 'battery', 'generator', 'unknown', 'mains'] as const;
export type SiteGroup = (typeof SITE_GROUPS)[number];

/** Which button a site counts under; a bypassed or dark site is one to look at, as on battery. */
export function groupOf(view: SiteView): Exclude<SiteGroup, 'all'> {
  switch (view.power) {
    case 'low':
    case 'battery':
    case 'off':
    case 'bypass':
      return 'battery';
    case 'generator':
      return 'generator';
    case 'unknown':
      return 'unknown';
    case 'mains':
      return 'mains';
  }
}

/** Whether the words of a query all occur in the site's names or in a device's identifier. */
export function matches(view: SiteView, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/);
  const text = [
    view.site.id,
    view.site.name.uk,
    view.site.name.en,
    ...view.devices.map(({ device }) => device.id),
  ]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}
