import { signal } from '@preact/signals';

export interface DeviceRoute {
  site: string;
  device: string;
}

/** `#/site/device`, or `undefined` for the overview. */
function decodeRoute(hash: string): DeviceRoute | undefined {
  const [, site, device] = /^#\/([a-z0-9-]+)\/([a-z0-9-]+)$/.exec(hash) ?? [];
  return site === undefined || device === undefined ? undefined : { site, device };
}

export const route = signal(decodeRoute(location.hash));

addEventListener('hashchange', () => {
  route.value = decodeRoute(location.hash);
  scrollTo(0, 0);
});

export function deviceHref(site: string, device: string): string {
  return `#/${site}/${device}`;
}
