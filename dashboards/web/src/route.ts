import { computed, signal } from '@preact/signals';

export interface DeviceRoute {
  site: string;
  device: string;
}

/** Views that stand in the fragment with one word. */
export type ViewName = 'account' | 'accounts';
export type Route = { view: 'device'; at: DeviceRoute } | { view: ViewName } | { view: 'overview' };

function decodeRoute(hash: string): Route {
  const [, site, device] = /^#\/([a-z0-9-]+)\/([a-z0-9-]+)$/.exec(hash) ?? [];
  if (site !== undefined && device !== undefined) return { view: 'device', at: { site, device } };
  if (hash === '#/account' || hash === '#/accounts') return { view: hash.slice(2) as ViewName };
  return { view: 'overview' };
}

const WITH_TOKEN = ['/setup', '/link', '/kiosk'];

/** The one-time links of `/setup#…` and `/link#…`, and a wall screen's `/kiosk#…`; the token stands here only, and is asked for once. */
function takeToken(): string | undefined {
  const { pathname, hash } = location;
  if (!WITH_TOKEN.includes(pathname)) return undefined;
  history.replaceState(null, '', pathname);
  return hash.slice(1);
}

/** What a one-time link carried; out of the address bar and the history before anything is shown. */
export const linkToken = takeToken();
/** `/`, `/sign-in`, `/setup`, `/link` or `/kiosk`. */
export const path = signal(location.pathname);
/** A one-time link is open: nothing else is shown beside it. */
export const isByLink = computed(() => WITH_TOKEN.includes(path.value));
export const route = signal(decodeRoute(location.hash));

/** What came back from the identity provider, if it did not let somebody in. */
export const refusedCode = new URLSearchParams(location.search).get('error') ?? undefined;

function go(to: string): void {
  history.replaceState(null, '', to);
  path.value = location.pathname;
  route.value = decodeRoute(location.hash);
}

/** Leaves nothing of where somebody was in the address bar. */
export function leavePage(): void {
  go('/');
}

/** From the sign-in to what was asked for. */
export function enterPage(): void {
  if (path.peek() !== '/') go(`/${location.hash}`);
}

addEventListener('hashchange', () => {
  // Another link was opened at this page: it is taken as the first one was.
  if (isByLink.peek() && location.hash.length > 1) return location.reload();
  route.value = decodeRoute(location.hash);
  scrollTo(0, 0);
});

export function deviceHref(site: string, device: string): string {
  return `#/${site}/${device}`;
}

export function viewHref(view: ViewName): string {
  return `#/${view}`;
}
