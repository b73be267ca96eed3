import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { MONITOR_IDENTITY } from '../../src/contract/pki.ts';
import { decodeIdentity } from '../../src/contract/topic.ts';
import type { Identity } from './broker-identity.ts';
import { type BrokerPki, type Credential, hashOf } from './broker-pki.ts';

/** Somebody who signed in, by what; of those without a credential there is none to take away. */
export interface SignedIn {
  identity: Identity;
  credential?: Credential;
}

export interface SignInRequest {
  connection: Duplex;
  username: string | undefined;
  password: Uint8Array | undefined;
}

/**
 * Who connects, or `undefined` where it is nobody who may. With `pki` by certificate, else by password; a
 * certificate that does not hold is refused whatever else is given. Without, whoever calls itself a device
 * is held to that.
 */
export function signIn(request: SignInRequest, pki: BrokerPki | undefined): SignedIn | undefined {
  const { connection, username = '' } = request;
  if (pki === undefined) {
    return { identity: decodeIdentity(username) === undefined ? undefined : username };
  }
  const certificate =
    connection instanceof TLSSocket ? connection.getPeerX509Certificate() : undefined;
  if (certificate === undefined) return byPassword(request, pki);
  const credential = { type: 'certificate', serial: certificate.serialNumber } as const;
  const { CN } = certificate.toLegacyObject().subject;
  const isVerified = (connection as TLSSocket).authorized && pki.stands(credential);
  return isVerified && isSomebody(CN) ? { identity: CN, credential } : undefined;
}

function byPassword({ username, password }: SignInRequest, pki: BrokerPki): SignedIn | undefined {
  if (username === undefined || password === undefined) return undefined;
  const credential = { type: 'password', user: username, hash: hashOf(password) } as const;
  if (decodeIdentity(username) === undefined || !pki.stands(credential)) return undefined;
  return { identity: username, credential };
}

/** A name with several values is an array there. */
function isSomebody(name: unknown): name is string {
  if (typeof name !== 'string') return false;
  return name === MONITOR_IDENTITY || decodeIdentity(name) !== undefined;
}
