import type { IncomingMessage } from 'node:http';

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Whether a request names this machine and comes from a page of its own. A page elsewhere may point its
 * name at 127.0.0.1 (DNS rebinding) or post across origins; neither is a person at this machine.
 */
export function isAllowedRequest({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  if (!LOOPBACK_NAMES.has(hostnameOf(`http://${headers.host}`) ?? '')) return false;
  if (headers.origin === undefined) return true;
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host;
}

function hostnameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}
