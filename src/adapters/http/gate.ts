import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import proxyAddr from 'proxy-addr';
import type { Credential } from '../../access-port.ts';
import type { Settings } from '../../contract/config.ts';
import { configFault } from '../../errors.ts';
import { credentialOf, isLoopbackAddress } from './credential.ts';
import { hasProxyHeader, isFromOrigin } from './origin.ts';

/** What a request or handshake is judged by. */
export type Seen = Pick<IncomingMessage, 'headers' | 'socket'>;

/** Who asks, by the word of the proxies that are named and of no other. */
export interface Client {
  address: string;
  isSecure: boolean;
  /** Passwords and sessions would cross a network unencrypted, as far as can be known. */
  isInTheClear: boolean;
  /** As the client names this server: `svitlo.example:8443`. */
  host: string;
  /** A named proxy brings it. */
  isThroughProxy: boolean;
}

/** One judgement of where a request comes from, for HTTP and the live feed alike. */
export interface Gate {
  /** Whether the word of this peer on its client counts. */
  trusts(address: string | undefined): boolean;
  clientOf(request: Seen): Client;
  credentialOf(request: Seen): Credential;
  /** Of a live feed's handshake: nothing is shown from a page elsewhere, or in the clear. */
  handshakeCredentialOf(request: Seen): Credential;
  /** False where the browser tells that a page from elsewhere sent it. */
  isOwnOrigin(request: Seen): boolean;
}

type Places = Pick<Settings, 'trustedProxies' | 'publicUrl'>;

export function createGate({ trustedProxies, publicUrl }: Places): Gate {
  const isProxy = trustedProxies === undefined ? () => false : compileProxies(trustedProxies);
  const trusts = (address: string | undefined) => address !== undefined && isProxy(address, 0);
  const clientOf = (request: Seen) => readClient(request, trusts);
  const published = publicUrl === undefined ? [] : [new URL(publicUrl).origin];
  const credentialIn = (request: Seen) => credentialOf(request, clientOf(request));
  const isOwnOrigin = (request: Seen) => {
    const { isSecure, host } = clientOf(request);
    return isFromOrigin(request, [`${isSecure ? 'https' : 'http'}://${host}`, ...published]);
  };
  return {
    trusts,
    clientOf,
    credentialOf: credentialIn,
    handshakeCredentialOf: (request) => {
      const isRefused = !isOwnOrigin(request) || clientOf(request).isInTheClear;
      return isRefused ? { isLocal: false } : credentialIn(request);
    },
    isOwnOrigin,
  };
}

/** Addresses and networks (CIDR), comma-separated. Throws SVT_CONFIG_INVALID. */
export function compileProxies(list: string): (address: string, hop: number) => boolean {
  const addresses = list.split(',').map((one) => one.trim());
  try {
    // The library also takes `10` for an address.
    const strange = addresses.find((one) => isIP(one.split('/', 1)[0] ?? '') === 0);
    if (strange !== undefined) throw new TypeError(`invalid IP address: ${strange}`);
    return proxyAddr.compile(addresses);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw configFault([
      `SVITLO_TRUSTED_PROXIES: expected addresses and networks such as 10.0.0.1, 10.1.0.0/16: ${reason}`,
    ]);
  }
}

function readClient(request: Seen, trusts: Gate['trusts']): Client {
  const { headers, socket } = request;
  const isThroughProxy = trusts(socket.remoteAddress);
  const said = (name: string) => (isThroughProxy ? lastOf(headers[name]) : undefined);
  const isEncrypted = (socket as Partial<TLSSocket>).encrypted === true;
  const protocol = said('x-forwarded-proto') ?? (isEncrypted ? 'https' : 'http');
  const isSecure = protocol.toLowerCase() === 'https';
  const address = isThroughProxy ? proxyAddr(request, trusts) : (socket.remoteAddress ?? '');
  const isHere = isLoopbackAddress(address) && (isThroughProxy || !hasProxyHeader(request));
  return {
    address,
    isSecure,
    isInTheClear: !isSecure && !isHere,
    host: said('x-forwarded-host') ?? headers.host ?? '',
    isThroughProxy,
  };
}

/** The nearest proxy writes last; what stands before may be the client's own. */
function lastOf(header: string | string[] | undefined): string | undefined {
  const last = [header].flat().at(-1)?.split(',').at(-1)?.trim();
  return last === '' ? undefined : last;
}
