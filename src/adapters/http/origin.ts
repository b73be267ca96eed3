import type { IncomingMessage } from 'node:http';

const LOOPBACK_NAME = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** What proxies add; `via` is what RFC 9110 § 7.6.3 asks of them. */
const PROXY_HEADERS = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'via',
];

/** What a page of another site, or of another host of ours, makes the browser say (Fetch Metadata). */
const FOREIGN_SITES: readonly unknown[] = ['cross-site', 'same-site'];

type Headers = Pick<IncomingMessage, 'headers'>;

/** Why a request is not from a person at this machine. */
export type Foreignness = 'host_not_loopback' | 'came_through_proxy' | 'other_origin';

/**
 * A page elsewhere may point its name at 127.0.0.1 (DNS rebinding) or post across origins, and a proxy on
 * this machine brings anybody's requests from a loopback address; none is a person at this machine.
 */
export function foreignnessOf({ headers }: Headers): Foreignness | undefined {
  if (!LOOPBACK_NAME.test(hostnameOf(`http://${headers.host}`) ?? '')) return 'host_not_loopback';
  if (hasProxyHeader({ headers })) return 'came_through_proxy';
  const { origin, host } = headers;
  if (origin === undefined) return undefined;
  return URL.canParse(origin) && new URL(origin).host === host ? undefined : 'other_origin';
}

/** Whether some proxy says that it is one. */
export function hasProxyHeader({ headers }: Headers): boolean {
  return PROXY_HEADERS.some((name) => headers[name] !== undefined);
}

/**
 * Whether a page of one of these origins sent it, or none: scripts and old browsers name none. Browsers
 * name it with whatever may change something (Fetch § 3.1), or tell by `Sec-Fetch-Site`.
 */
export function isFromOrigin({ headers }: Headers, origins: readonly string[]): boolean {
  const { origin } = headers;
  if (origin === undefined) return !FOREIGN_SITES.includes(headers['sec-fetch-site']);
  const given = originOf(origin);
  return given !== undefined && origins.some((own) => originOf(own) === given);
}

/** Without the port where it is the scheme's own. */
function originOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { origin } = new URL(url);
  return origin === 'null' ? undefined : origin;
}

function hostnameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}
