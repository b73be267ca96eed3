import { z } from 'zod';
import { idSchema } from './kind.ts';

/** What somebody is; `docs/security.md` has the table of what each may do. */
export const roleSchema = z.enum([
  'viewer',
  'technician',
  'supervisor',
  'auditor',
  'administrator',
]);
export type Role = z.infer<typeof roleSchema>;

/**
 * What a call needs: `see` the live state and the past of sites, `report` sums alone, `respond` to
 * alarms, `supervise` incidents, service and the outage schedule, `administer` accounts and tokens,
 * `scrape` the monitor's own metrics.
 */
export const permissionSchema = z.enum([
  'see',
  'report',
  'respond',
  'supervise',
  'administer',
  'scrape',
]);
export type Permission = z.infer<typeof permissionSchema>;

/** The regions and sites that somebody is limited to; a site counts by either. */
export const scopeSchema = z
  .strictObject({
    regions: z.array(z.string().min(1).max(63)).max(100).default([]),
    sites: z.array(idSchema).max(1000).default([]),
  })
  .refine(
    ({ regions, sites }) => regions.length + sites.length > 0,
    'expected a region or a site, or no scope at all for everything',
  );
export type Scope = z.infer<typeof scopeSchema>;

export const accountNameSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._@-]{0,63}$/,
    'expected 1–64 of a–z, 0–9 and . _ @ -, beginning with a letter or digit',
  );

/** NIST SP 800-63B-4: length alone, no rules of composition. */
export const PASSWORD_LEAST = 12;
export const PASSWORD_MOST = 128;

/** As it is given at sign-in: an old one may be shorter than what is asked of a new one. */
const givenPasswordSchema = z.string().min(1).max(1000);
const newPasswordSchema = z
  .string()
  .min(PASSWORD_LEAST, `expected at least ${PASSWORD_LEAST} characters`)
  .max(PASSWORD_MOST, `expected ${PASSWORD_MOST} characters at most`);
const codeSchema = z.string().trim().min(6).max(32);
const linkTokenSchema = z.string().min(20).max(100);

export const signInBodySchema = z.strictObject({
  name: z.string().min(1).max(64),
  password: givenPasswordSchema,
  /** Of the authenticator (TOTP), or a recovery code. */
  code: codeSchema.optional(),
});

/** What the browser's WebAuthn API answers, checked by the library. */
const credentialSchema = z.looseObject({ id: z.string().max(2000) });
const ceremonySchema = z.string().min(1).max(100);
export const passkeySignInBodySchema = z.strictObject({
  ceremony: ceremonySchema,
  response: credentialSchema,
});

/** The first administrator, by the one-time link that is printed at the start. */
export const setupBodySchema = z.strictObject({
  token: linkTokenSchema,
  name: accountNameSchema,
  password: newPasswordSchema,
});
/** A wall screen's browser is given its token. */
export const kioskBodySchema = z.strictObject({ token: linkTokenSchema });
/** A password by an invitation or a reset. */
export const linkBodySchema = z.strictObject({
  token: linkTokenSchema,
  password: newPasswordSchema,
});
export const passwordBodySchema = z.strictObject({
  current: givenPasswordSchema,
  password: newPasswordSchema,
});
export const codeBodySchema = z.strictObject({ code: codeSchema });
export const proofBodySchema = z.strictObject({ password: givenPasswordSchema });
export const addPasskeyBodySchema = z.strictObject({
  ceremony: ceremonySchema,
  label: z.string().trim().min(1).max(60),
  response: credentialSchema,
});

export const addAccountBodySchema = z.strictObject({
  name: accountNameSchema,
  role: roleSchema,
  scope: scopeSchema.optional(),
  isBreakGlass: z.boolean().default(false),
});
/** `scope: null` takes the limits away. */
export const changeAccountBodySchema = z.strictObject({
  role: roleSchema.optional(),
  scope: scopeSchema.nullable().optional(),
  isDisabled: z.boolean().optional(),
});
export const addTokenBodySchema = z.strictObject({
  name: z.string().trim().min(1).max(60),
  permissions: z.array(permissionSchema).min(1).max(6),
  scope: scopeSchema.optional(),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});

/** Who is signed in, as the page is told. */
export const whoSchema = z.object({
  name: z.string(),
  kind: z.enum(['open', 'user', 'token']),
  role: roleSchema,
  permissions: z.array(permissionSchema),
  scope: scopeSchema.optional(),
  /** The session has run out, or its identity provider is out of reach, while an incident is open. */
  isReadOnly: z.boolean(),
  isBreakGlass: z.boolean(),
});
export type Who = z.infer<typeof whoSchema>;

/** `open`: there are no accounts, and whoever is at this machine is an administrator. */
export const sessionViewSchema = z.object({
  mode: z.enum(['open', 'accounts']),
  /** Simulated devices alone: marked on every page. */
  isDemo: z.boolean(),
  who: whoSchema.optional(),
  /** When it ends for good, and when the page begins to warn. */
  expiresAt: z.number().optional(),
  warnAt: z.number().optional(),
  /** What a page sends back as `x-svitlo-csrf` with everything that changes something. */
  csrf: z.string().optional(),
  /** The ways in. */
  ways: z.object({
    password: z.boolean(),
    passkey: z.boolean(),
    /** The identity provider's name on the button. */
    oidc: z.string().optional(),
  }),
});
export type SessionView = z.infer<typeof sessionViewSchema>;

export const passkeyViewSchema = z.object({
  id: z.string(),
  label: z.string(),
  createdAt: z.number(),
  lastUsedAt: z.number().optional(),
});

/** A person's own account. */
export const accountViewSchema = z.object({
  name: z.string(),
  role: roleSchema,
  scope: scopeSchema.optional(),
  hasPassword: z.boolean(),
  hasTotp: z.boolean(),
  recoveryCodesLeft: z.int(),
  passkeys: z.array(passkeyViewSchema),
  sessions: z.array(
    z.object({
      id: z.string(),
      createdAt: z.number(),
      lastUsedAt: z.number(),
      address: z.string(),
      agent: z.string(),
      isCurrent: z.boolean(),
    }),
  ),
});
export type AccountView = z.infer<typeof accountViewSchema>;

/** An account as an administrator sees it. */
export const accountRowSchema = accountViewSchema
  .pick({ name: true, role: true, scope: true, hasPassword: true, hasTotp: true })
  .extend({
    isDisabled: z.boolean(),
    isBreakGlass: z.boolean(),
    /** Made by the identity provider's word alone. */
    isExternal: z.boolean(),
    passkeys: z.int(),
    sessions: z.int(),
    createdAt: z.number(),
    lastSignInAt: z.number().optional(),
  });
export type AccountRow = z.infer<typeof accountRowSchema>;

export const tokenRowSchema = z.object({
  id: z.string(),
  name: z.string(),
  permissions: z.array(permissionSchema),
  scope: scopeSchema.optional(),
  createdAt: z.number(),
  createdBy: z.string(),
  expiresAt: z.number().optional(),
  lastUsedAt: z.number().optional(),
});
export type TokenRow = z.infer<typeof tokenRowSchema>;
