import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

const WINDOW_MS = 60_000;
/** Of one window: whoever is refused without end does not fill the disk. */
const MOST_TOLD = 50;

interface Refused {
  status: number;
  /** Undefined: nobody who is signed in. */
  name: string | undefined;
  address: string;
  method: string;
  /** As it is declared, without what a client wrote into it; undefined: there is none. */
  route: string | undefined;
}

/** Says who was refused what, each once a minute, and then how many more there were. */
export function createRefusalLog(log: Pick<Logger, 'warn'>, now = () => performance.now()) {
  let beganAt = Number.NEGATIVE_INFINITY;
  const told = new Set<string>();
  let untold = 0;
  return (refused: Refused): void => {
    if (now() - beganAt >= WINDOW_MS) {
      if (untold > 0) log.warn({ count: untold }, 'http: so many more were refused before');
      beganAt = now();
      told.clear();
      untold = 0;
    }
    const key = JSON.stringify(refused);
    if (told.has(key) || told.size >= MOST_TOLD) {
      untold += 1;
      return;
    }
    told.add(key);
    log.warn(refused, 'http: a request was refused');
  };
}

/** What may not be done, and what comes too often. Refused sign-ins are the audit's. */
export function logRefusals(server: FastifyInstance, log: Logger): void {
  const tell = createRefusalLog(log);
  server.addHook('onResponse', async (request, { statusCode: status }) => {
    const { config, url: route } = request.routeOptions;
    const isRefused = status === 403 || status === 429;
    if (!isRefused && (status !== 401 || config?.needs === 'public')) return;
    const { principal, client, method } = request;
    tell({ status, name: principal?.name, address: client?.address ?? '', method, route });
  });
}
