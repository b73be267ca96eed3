import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP } from 'node:net';
import type { Settings } from '../../contract/config.ts';

/** Listening on every address is answered on loopback. */
function addressOf({ httpHost }: Settings): string {
  const bare = httpHost.replace(/^\[(.*)\]$/, '$1');
  if (bare === '0.0.0.0') return '127.0.0.1';
  return isIP(bare) === 6 && /^[0:]+$/.test(bare) ? '::1' : bare;
}

/** Whether a Svitlo answers where these settings make it listen. */
export function isMonitorRunning(settings: Settings): Promise<boolean> {
  const isTls = settings.tlsCert !== undefined;
  const request = isTls ? requestTls : requestPlain;
  const host = addressOf(settings);
  const place = { host, port: settings.httpPort, path: '/healthz', timeout: 3000, agent: false };
  // Its certificate names another host; nothing secret goes over this.
  const options = isTls ? { ...place, rejectUnauthorized: false } : place;
  return new Promise((resolve) => {
    const sent = request(options, (answer) => {
      answer.resume();
      const isJson = /^application\/json/.test(answer.headers['content-type'] ?? '');
      resolve(answer.statusCode === 200 && isJson);
    });
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => resolve(false));
    sent.on('close', () => resolve(false));
    sent.end();
  });
}
