import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/**
 * Content Security Policy Level 3: nothing inline, nothing from elsewhere, no string that becomes script
 * (Trusted Types), in no other page's frame.
 */
const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** The page rings, stays awake on a wall, fills a screen, copies codes and asks for passkeys; no more. */
const PERMISSIONS = [
  ...['autoplay', 'clipboard-write', 'fullscreen', 'screen-wake-lock'],
  ...['publickey-credentials-create', 'publickey-credentials-get'],
].map((name) => `${name}=(self)`);
const NO_PERMISSIONS = [
  ...['accelerometer', 'camera', 'clipboard-read', 'display-capture', 'geolocation'],
  ...['gyroscope', 'hid', 'idle-detection', 'local-fonts', 'magnetometer', 'microphone', 'midi'],
  ...['payment', 'picture-in-picture', 'serial', 'storage-access', 'usb', 'xr-spatial-tracking'],
].map((name) => `${name}=()`);

/** A browser keeps to HTTPS for two years (RFC 6797). */
const TRANSPORT_SECURITY = 'max-age=63072000; includeSubDomains';

const COMMON: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': [...PERMISSIONS, ...NO_PERMISSIONS].join(', '),
  // What may be kept says so itself.
  'cache-control': 'no-store',
};

/** What every answer tells the browser, failures too. */
export function securityHeaders(isSecure: boolean): Readonly<Record<string, string>> {
  return isSecure ? { ...COMMON, 'strict-transport-security': TRANSPORT_SECURITY } : COMMON;
}

/** Must come before any hook that may refuse. */
export function addSecurityHeaders(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders(request.protocol === 'https'));
  });
}

/** The live feed answers beside Fastify: call this after it has taken its requests. */
export function addFeedHeaders(server: Server, isSecure: (request: IncomingMessage) => boolean) {
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith('/socket.io/') !== true) return;
    response.setHeaders(new Map(Object.entries(securityHeaders(isSecure(request)))));
  });
}
