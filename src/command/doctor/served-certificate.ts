import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Settings } from '../../contract/config.ts';

const TIMEOUT_MS = 4000;
const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  'mqtts:': 8883,
  'wss:': 443,
  'https:': 443,
  'smtps:': 465,
};

/** What is shown to whoever connects; a server that does not answer is the matter of its own check. */
export async function servedCertificates(
  settings: Settings,
): Promise<{ name: string; certificate: X509Certificate }[]> {
  const { mqttUrl, influxUrl, publicUrl, oidcIssuer, smtpUrl } = settings;
  const urls = [mqttUrl, influxUrl, publicUrl, oidcIssuer, smtpUrl]
    .filter((url) => url !== undefined)
    .map((url) => new URL(url))
    .filter(({ protocol }) => Object.hasOwn(DEFAULT_PORTS, protocol));
  const served = await Promise.all(
    urls.map(async (url) => ({
      name: `${url.protocol}//${url.host}`,
      certificate: await servedBy(url),
    })),
  );
  return served.flatMap(({ name, certificate }) =>
    certificate === undefined ? [] : [{ name, certificate }],
  );
}

function servedBy({ protocol, hostname, port }: URL): Promise<X509Certificate | undefined> {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const place = { host, port: Number(port) || DEFAULT_PORTS[protocol] };
  const name = isIP(host) === 0 ? { servername: host } : {};
  return new Promise((resolve) => {
    // Looked at, not trusted: nothing is sent.
    const socket = connect({ ...place, ...name, rejectUnauthorized: false, timeout: TIMEOUT_MS });
    socket.once('secureConnect', () => {
      resolve(socket.getPeerX509Certificate());
      socket.destroy();
    });
    socket.once('timeout', () => socket.destroy());
    socket.once('error', () => resolve(undefined));
    socket.once('close', () => resolve(undefined));
  });
}
