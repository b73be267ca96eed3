// x509's containers ask for it before anything else is loaded.
import 'reflect-metadata';
import { KeyObject, randomBytes, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  type JsonGeneralNames,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  X509CrlGenerator,
  X509CrlReason,
} from '@peculiar/x509';

cryptoProvider.set(webcrypto);

/** ECDSA on P-256: what modems' TLS libraries and Mosquitto all speak. */
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const CRL_NUMBER = '2.5.29.20';
/** Clocks of devices go wrong: a certificate counts from a day before it was made. */
const EARLIER_MS = 24 * 3600 * 1000;

/** A certificate with its key, PEM. */
export interface Issued {
  cert: string;
  key: string;
  serial: string;
  expiresAt: Date;
}

/** Who signs, with its key. */
export interface Signer {
  certificate: X509Certificate;
  key: webcrypto.CryptoKey;
}

export interface Wanted {
  commonName: string;
  usage: 'server' | 'client';
  /** Of a server: the names and addresses that clients reach it by. */
  names?: JsonGeneralNames;
  now: Date;
  expiresAt: Date;
}

/** A new authority (RFC 5280): it signs certificates and revocation lists, and no further authority. */
export async function makeAuthority(name: string, now: Date, expiresAt: Date): Promise<Issued> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const serial = newSerial();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serial,
    name: [{ CN: [name] }],
    notBefore: new Date(now.getTime() - EARLIER_MS),
    notAfter: expiresAt,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return issued(certificate, keys.privateKey, serial);
}

export async function readSigner(cert: string, key: string): Promise<Signer> {
  const der = Buffer.from(key.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const privateKey = await webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']);
  return { certificate: new X509Certificate(cert), key: privateKey };
}

/** A certificate and a new key; it ends no later than its signer. */
export async function issue({ certificate, key }: Signer, wanted: Wanted): Promise<Issued> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const usage =
    wanted.usage === 'server' ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth;
  const serial = newSerial();
  const made = await X509CertificateGenerator.create({
    serialNumber: serial,
    subject: [{ CN: [wanted.commonName] }],
    issuer: certificate.subjectName,
    notBefore: new Date(wanted.now.getTime() - EARLIER_MS),
    notAfter: new Date(Math.min(wanted.expiresAt.getTime(), certificate.notAfter.getTime())),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: key,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([usage], false),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(certificate.publicKey),
      ...(wanted.names === undefined ? [] : [new SubjectAlternativeNameExtension(wanted.names)]),
    ],
  });
  return issued(made, keys.privateKey, serial);
}

/**
 * The list of what is revoked (RFC 5280, section 5), PEM. It stands until its signer ends: one that ran
 * out would make brokers refuse every device.
 */
export async function makeRevocationList(
  { certificate, key }: Signer,
  revoked: readonly { serial: string; revokedAt: Date }[],
  now: Date,
): Promise<string> {
  const list = await X509CrlGenerator.create({
    issuer: certificate.subjectName,
    thisUpdate: new Date(now.getTime() - EARLIER_MS),
    nextUpdate: certificate.notAfter,
    signingAlgorithm: ALGORITHM,
    signingKey: key,
    entries: revoked.map(({ serial, revokedAt }) => ({
      serialNumber: serial,
      revocationDate: revokedAt,
      reason: X509CrlReason.privilegeWithdrawn,
    })),
    extensions: [
      await AuthorityKeyIdentifierExtension.create(certificate.publicKey),
      new Extension(CRL_NUMBER, false, derInteger(now.getTime())),
    ],
  });
  return `${PemConverter.encode(list.rawData, 'X509 CRL')}\n`;
}

/** 127 random bits, positive (RFC 5280, 4.1.2.2), as OpenSSL and Node write it. */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return bytes.toString('hex').toUpperCase();
}

function derInteger(value: number): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.alloc(10);
  bytes.writeUInt16BE(0x0208, 0);
  bytes.writeBigUInt64BE(BigInt(value), 2);
  const start = bytes.subarray(2).findIndex((byte) => byte !== 0);
  const digits = bytes.subarray(2 + start);
  const padded = (digits[0] as number) > 0x7f ? Buffer.concat([Buffer.of(0), digits]) : digits;
  return Uint8Array.from([0x02, padded.length, ...padded]);
}

function issued(certificate: X509Certificate, key: webcrypto.CryptoKey, serial: string): Issued {
  return {
    cert: `${certificate.toString('pem')}\n`,
    key: KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString(),
    serial,
    expiresAt: certificate.notAfter,
  };
}
