import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { JsonGeneralNames } from '@peculiar/x509';
import { type CertificateRecord, PKI_FILES } from '../../contract/pki.ts';
import { decodeIdentity } from '../../contract/topic.ts';
import { PkiFault } from './fault.ts';
import {
  openFolder,
  readIndex,
  readOwn,
  readPasswords,
  writeIndex,
  writeOwn,
  writePasswords,
} from './folder.ts';
import { issue, makeAuthority, makeRevocationList, readSigner, type Signer } from './signing.ts';

const DAY_MS = 24 * 3600 * 1000;
const AUTHORITY_DAYS = 3652;
/** The longest that clients of today take from any authority. */
const SERVER_DAYS = 825;
const CLIENT_DAYS = 1826;
/** `ub-common-name` of X.520, RFC 5280 appendix A. */
const MAX_COMMON_NAME = 64;
const CLIENT_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const HOST_NAME =
  /^(?=.{1,253}$)(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
/** 192 random bits: nothing to guess, so one hash of it is enough. */
const PASSWORD_BYTES = 24;

export interface Written {
  id: string;
  cert: string;
  key: string;
  expiresAt: Date;
}

interface Order {
  folder: string;
  now: Date;
  /** Replaces what is there. */
  isRenewal: boolean;
}

/** Makes the authority and an empty revocation list. A new one ends the trust in whatever the old one signed. */
export async function initAuthority(name: string, order: Order): Promise<Written> {
  const { folder, now, isRenewal } = order;
  const { ca, key } = pathsOf(folder);
  if (!isRenewal && (existsSync(key) || existsSync(ca))) throw new PkiFault('authority_exists', ca);
  if (name === '' || name.length > MAX_COMMON_NAME) throw new PkiFault('bad_name', name);
  openFolder(folder);
  const made = await makeAuthority(name, now, new Date(now.getTime() + AUTHORITY_DAYS * DAY_MS));
  writeOwn(key, made.key);
  writeOwn(ca, made.cert);
  writeIndex(folder, { certificates: [] });
  await renewList(folder, await readSigner(made.cert, made.key), now);
  return { id: name, cert: ca, key, expiresAt: made.expiresAt };
}

/** For the broker, by the names and addresses that devices reach it by. */
export function issueServer(hosts: readonly string[], order: Order): Promise<Written> {
  const names: JsonGeneralNames = hosts.map((host) => {
    if (isIP(host) !== 0) return { type: 'ip', value: host };
    if (!HOST_NAME.test(host)) throw new PkiFault('bad_host', host);
    return { type: 'dns', value: host };
  });
  const [id] = hosts;
  if (id === undefined) throw new PkiFault('bad_host', '');
  const commonName = id.slice(0, MAX_COMMON_NAME);
  const file = PKI_FILES.server.replace('.pem', '');
  return certify({ id, type: 'server', commonName, names, file, days: SERVER_DAYS }, order);
}

export function issueDevice(id: string, order: Order): Promise<Written> {
  if (decodeIdentity(id) === undefined) throw new PkiFault('no_device', id);
  if (id.length > MAX_COMMON_NAME) throw new PkiFault('name_too_long', id);
  const file = join('devices', id);
  return certify({ id, type: 'device', commonName: id, file, days: CLIENT_DAYS }, order);
}

/** For a program that is no device, as the monitor is. */
export function issueClient(id: string, order: Order): Promise<Written> {
  if (!CLIENT_NAME.test(id)) throw new PkiFault('bad_name', id);
  const file = join('clients', id);
  return certify({ id, type: 'client', commonName: id, file, days: CLIENT_DAYS }, order);
}

/** A device's random password, which nothing keeps; its hash replaces the one before. */
export function givePassword(id: string, { folder, isRenewal }: Order): string {
  if (decodeIdentity(id) === undefined) throw new PkiFault('no_device', id);
  const passwords = readPasswords(folder);
  if (!isRenewal && Object.hasOwn(passwords, id)) throw new PkiFault('exists', id);
  const password = randomBytes(PASSWORD_BYTES).toString('base64url');
  openFolder(folder);
  const hash = createHash('sha256').update(password).digest('hex');
  writePasswords(folder, { ...passwords, [id]: hash });
  return password;
}

/** Takes every certificate and the password of an identity away; returns what was taken. */
export async function revoke(
  id: string,
  { folder, now }: Omit<Order, 'isRenewal'>,
): Promise<{ certificates: number; hasPassword: boolean }> {
  const index = readIndex(folder);
  const known = readPasswords(folder);
  const hasPassword = Object.hasOwn(known, id);
  const { [id]: _hash, ...passwords } = known;
  const taken = index.certificates.filter((one) => one.id === id && one.revokedAt === undefined);
  if (taken.length === 0 && !hasPassword) throw new PkiFault('nothing_to_revoke', id);
  if (hasPassword) writePasswords(folder, passwords);
  if (taken.length > 0) {
    const revokedAt = now.toISOString();
    writeIndex(folder, {
      certificates: index.certificates.map((one) =>
        taken.includes(one) ? { ...one, revokedAt } : one,
      ),
    });
    await renewList(folder, await signerOf(folder), now);
  }
  return { certificates: taken.length, hasPassword };
}

interface Certified {
  id: string;
  type: CertificateRecord['type'];
  commonName: string;
  names?: JsonGeneralNames;
  /** Without its ending. */
  file: string;
  days: number;
}

async function certify(wanted: Certified, { folder, now, isRenewal }: Order): Promise<Written> {
  const { id, type, commonName, names, file, days } = wanted;
  const signer = await signerOf(folder);
  const cert = join(folder, `${file}.pem`);
  const key = join(folder, `${file}.key`);
  if (!isRenewal && (existsSync(key) || existsSync(cert))) throw new PkiFault('exists', key);
  const made = await issue(signer, {
    commonName,
    usage: type === 'server' ? 'server' : 'client',
    ...(names === undefined ? {} : { names }),
    now,
    expiresAt: new Date(now.getTime() + days * DAY_MS),
  });
  const { serial, expiresAt } = made;
  const record = { id, type, serial, issuedAt: now.toISOString() };
  const { certificates } = readIndex(folder);
  // Before the key is there: what is not in the index could not be revoked.
  writeIndex(folder, {
    certificates: [...certificates, { ...record, expiresAt: expiresAt.toISOString() }],
  });
  writeOwn(key, made.key);
  writeOwn(cert, made.cert);
  return { id, cert, key, expiresAt };
}

function pathsOf(folder: string) {
  return { ca: join(folder, PKI_FILES.ca), key: join(folder, PKI_FILES.caKey) };
}

async function signerOf(folder: string): Promise<Signer> {
  const { ca, key } = pathsOf(folder);
  if (!existsSync(ca) || !existsSync(key)) throw new PkiFault('no_authority', folder);
  try {
    return await readSigner(readOwn(ca), readOwn(key));
  } catch (error) {
    throw error instanceof PkiFault ? error : new PkiFault('unreadable', key, error);
  }
}

async function renewList(folder: string, signer: Signer, now: Date): Promise<void> {
  const revoked = readIndex(folder).certificates.flatMap(({ serial, revokedAt }) =>
    revokedAt === undefined ? [] : [{ serial, revokedAt: new Date(revokedAt) }],
  );
  writeOwn(join(folder, PKI_FILES.crl), await makeRevocationList(signer, revoked, now));
}
