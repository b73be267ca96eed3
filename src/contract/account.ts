import { z } from 'zod';
import { permissionSchema, roleSchema, scopeSchema } from './access.ts';

/*
 * What stands in `accounts.db`. Times are ms since 1970 UTC; what a client keeps secret (session,
 * token, link, device) stands there by its SHA-256 alone, hexadecimal.
 */

export const accountRecordSchema = z.object({
  name: z.string(),
  role: roleSchema,
  scope: scopeSchema.optional(),
  isDisabled: z.boolean().default(false),
  /** Signs in with its password also where others have to use the identity provider. */
  isBreakGlass: z.boolean().default(false),
  /** PHC string of argon2id. */
  passwordHash: z.string().optional(),
  /** Base32, and the last step that was taken: a code counts once. */
  totp: z.object({ secret: z.string(), lastStep: z.int().optional() }).optional(),
  /** SHA-256 of those that are left. */
  recoveryCodes: z.array(z.string()).default([]),
  /** `issuer subject` of the identity provider. */
  external: z.string().optional(),
  createdAt: z.number(),
  lastSignInAt: z.number().optional(),
});
export type AccountRecord = z.infer<typeof accountRecordSchema>;

export const passkeyRecordSchema = z.object({
  /** The credential's identifier, base64url. */
  id: z.string(),
  account: z.string(),
  label: z.string(),
  /** COSE key, base64url. */
  publicKey: z.string(),
  counter: z.int(),
  transports: z.array(z.string()).default([]),
  createdAt: z.number(),
  lastUsedAt: z.number().optional(),
});
export type PasskeyRecord = z.infer<typeof passkeyRecordSchema>;

export const sessionRecordSchema = z.object({
  /** SHA-256 of the cookie. */
  id: z.string(),
  account: z.string(),
  createdAt: z.number(),
  lastUsedAt: z.number(),
  /** When it ends for good. */
  expiresAt: z.number(),
  address: z.string(),
  agent: z.string(),
  method: z.enum(['password', 'passkey', 'oidc', 'link']),
  csrf: z.string(),
  /** By the identity provider: its refresh token, when it last answered, and whether it is out of reach. */
  oidc: z
    .object({
      refreshToken: z.string().optional(),
      checkedAt: z.number(),
      unreachableSince: z.number().optional(),
    })
    .optional(),
});
export type SessionRecord = z.infer<typeof sessionRecordSchema>;

export const tokenRecordSchema = z.object({
  /** SHA-256 of the token. */
  id: z.string(),
  name: z.string(),
  permissions: z.array(permissionSchema),
  scope: scopeSchema.optional(),
  createdAt: z.number(),
  createdBy: z.string(),
  expiresAt: z.number().optional(),
  lastUsedAt: z.number().optional(),
});
export type TokenRecord = z.infer<typeof tokenRecordSchema>;

/** A one-time link by which an account's password is set. */
export const linkRecordSchema = z.object({
  /** SHA-256 of what stands in the link. */
  id: z.string(),
  account: z.string(),
  expiresAt: z.number(),
});
export type LinkRecord = z.infer<typeof linkRecordSchema>;

/** A browser that its account has signed in from before (OWASP: device cookies). */
export const knownDeviceRecordSchema = z.object({
  id: z.string(),
  account: z.string(),
  lastUsedAt: z.number(),
});
export type KnownDeviceRecord = z.infer<typeof knownDeviceRecordSchema>;

/** What happened to whose access; it becomes a row of the journal's audit. */
export const accessEventSchema = z.object({
  at: z.number(),
  type: z.enum([
    'account_added',
    'account_changed',
    'account_removed',
    'password_changed',
    'totp_added',
    'totp_removed',
    'passkey_added',
    'passkey_removed',
    'link_made',
    'signed_in',
    'break_glass_used',
    'sign_in_refused',
    'signed_out',
    'session_revoked',
    'token_added',
    'token_removed',
  ]),
  /** The account or token that it happened to. */
  subject: z.string(),
  /** Who did it: an account, or `console` for a command on the machine. */
  actor: z.string(),
  address: z.string().optional(),
  /** The role, the method or the count that it was about. */
  detail: z.string().optional(),
});
export type AccessEvent = z.infer<typeof accessEventSchema>;
