import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Access } from '../../access-port.ts';
import { SvitloError } from '../../errors.ts';
import { DEVICE_COOKIE } from './cookies.ts';
import { cookieOf } from './credential.ts';

const WINDOW_MS = 60_000;

/** How often in a minute; each counts for itself, a browser's session too where one account has several. */
const SIGNED_IN_MOST = 3000;
/** By address: behind one there may be a whole office that loads its pages. */
const STRANGER_MOST = 600;
/** Each may cost a password hash: a shift of an office signs in at once, guessing does not get far. */
const SIGN_IN_MOST = 30;

type Limiter = ReturnType<FastifyInstance['createRateLimit']>;

/**
 * Counts what is asked by principal, of strangers by address; the answer throws where it is too much. A browser
 * that somebody has signed in from before counts for itself: a stranger beside it shuts nobody out.
 */
export function limitRates(
  server: FastifyInstance,
  access: Pick<Access, 'knowsBrowser'>,
): (request: FastifyRequest) => Promise<void> {
  let limiters: Record<'signedIn' | 'stranger' | 'signIn', Limiter> | undefined;
  const strangerKey = (request: FastifyRequest) => {
    const device = cookieOf(request.headers.cookie, DEVICE_COOKIE);
    const isKnown = device !== undefined && access.knowsBrowser(device);
    return isKnown ? `browser ${device}` : addressKey(request);
  };
  server.register(rateLimit, { global: false });
  server.after(() => {
    const create = (max: number, keyGenerator: (request: FastifyRequest) => string) =>
      server.createRateLimit({ max, timeWindow: WINDOW_MS, keyGenerator });
    limiters = {
      signedIn: create(SIGNED_IN_MOST, ({ principal }) =>
        JSON.stringify([principal?.kind, principal?.session ?? principal?.name]),
      ),
      stranger: create(STRANGER_MOST, strangerKey),
      signIn: create(SIGN_IN_MOST, strangerKey),
    };
  });
  return async (request) => {
    if (limiters === undefined) return;
    if (isSignIn(request)) await check(limiters.signIn, request);
    else await check(request.principal ? limiters.signedIn : limiters.stranger, request);
  };
}

/** What anybody may send that is no mere question: the ways to sign in. */
function isSignIn({ method, routeOptions }: FastifyRequest): boolean {
  return routeOptions.config?.needs === 'public' && method !== 'GET' && method !== 'HEAD';
}

/** Of IPv6 the network that one customer is given (/64). */
function addressKey({ client }: FastifyRequest): string {
  return client.address === '' ? '' : rateLimit.normalizeIP(client.address, 64);
}

async function check(limiter: Limiter, request: FastifyRequest): Promise<void> {
  const seen = await limiter(request);
  if (seen.isAllowed || !seen.isExceeded) return;
  throw new SvitloError('SVT_TOO_MANY_ATTEMPTS', `expected at most ${seen.max} requests a minute`, {
    params: { retryAfterSeconds: seen.ttlInSeconds },
  });
}
