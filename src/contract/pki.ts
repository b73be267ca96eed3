import { z } from 'zod';

/** What stands in a folder of `npm run pki`; certificates and keys are PEM. */
export const PKI_FILES = {
  ca: 'ca.pem',
  caKey: 'ca.key',
  crl: 'crl.pem',
  server: 'server.pem',
  serverKey: 'server.key',
  index: 'index.json',
  passwords: 'passwords.json',
} as const;

/** The identity that may read what every device publishes. */
export const MONITOR_IDENTITY = 'monitor';

export const certificateRecordSchema = z.strictObject({
  /** A device's `site/kind/device`, a client's name, or the first name of a server. */
  id: z.string().min(1),
  type: z.enum(['server', 'device', 'client']),
  /** Hexadecimal, without leading zeros, upper case. */
  serial: z.string().regex(/^[0-9A-F]+$/),
  issuedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().optional(),
});
export type CertificateRecord = z.infer<typeof certificateRecordSchema>;

/** `index.json`: every certificate that was issued. */
export const pkiIndexSchema = z.strictObject({ certificates: z.array(certificateRecordSchema) });
export type PkiIndex = z.infer<typeof pkiIndexSchema>;

/** `passwords.json`: SHA-256 (hexadecimal) of each device's password, which is random and long. */
export const pkiPasswordsSchema = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/));
export type PkiPasswords = z.infer<typeof pkiPasswordsSchema>;
