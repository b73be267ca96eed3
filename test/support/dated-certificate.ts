// x509's containers ask for it before anything else is loaded.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';

const DAY_MS = 86_400_000;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

interface Dates {
  /** From now; negative where it has expired. */
  days: number;
}

/** Writes a self-signed certificate of 127.0.0.1 and its key (PEM) that ends in so many days. */
export async function writeDatedCertificate(
  files: { cert: string; key: string },
  { days }: Dates,
): Promise<void> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const notAfter = new Date(Date.now() + days * DAY_MS);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=127.0.0.1',
      notBefore: new Date(notAfter.getTime() - 400 * DAY_MS),
      notAfter,
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [new SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
    },
    webcrypto,
  );
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const lines = key.toString('base64').replace(/.{64}/g, '$&\n');
  const pem = `-----BEGIN PRIVATE KEY-----\n${lines.trim()}\n-----END PRIVATE KEY-----\n`;
  await writeFile(files.cert, certificate.toString('pem'));
  await writeFile(files.key, pem, { mode: 0o600 });
}
