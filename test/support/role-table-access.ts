import type { AccountView, SessionView } from '../../src/contract/access.ts';
import type { HttpRow, Lets } from './role-table.ts';

/* The rows of signing in, the own account, accounts and tokens; none of them names a site. */

const API = '/api/v1';
const PASSWORD = 'correct horse battery staple';
const LINK_TOKEN = 'a-token-of-a-one-time-link';
const ANSWERED = { ceremony: 'one', response: { id: 'AAEC' } };

function row(lets: Lets, url: string, body?: object, answer = 200): HttpRow {
  return { lets, asks: [{ url, ...(body && { body }) }], answer, foreign: 'none' };
}

const OWN: Lets = 'who has an account';
const ADMINISTERS: Lets = 'who administers in person';

export const ACCESS_ROWS: Readonly<Record<string, HttpRow>> = {
  'GET /setup': row('anybody', '/setup'),
  'GET /link': row('anybody', '/link'),
  'GET /sign-in': row('anybody', '/sign-in'),
  'GET /kiosk': row('anybody', '/kiosk'),
  'GET /auth/oidc': row('anybody', '/auth/oidc', undefined, 302),
  'GET /auth/oidc/callback': row('anybody', '/auth/oidc/callback?code=c', undefined, 302),

  'GET /api/v1/session': row('anybody', `${API}/session`),
  'POST /api/v1/session': row('anybody', `${API}/session`, { name: 'olena', password: PASSWORD }),
  'POST /api/v1/session/passkey/options': row('anybody', `${API}/session/passkey/options`, {}),
  'POST /api/v1/session/passkey': row('anybody', `${API}/session/passkey`, ANSWERED),
  'POST /api/v1/setup': row('anybody', `${API}/setup`, {
    token: LINK_TOKEN,
    name: 'olena',
    password: PASSWORD,
  }),
  'POST /api/v1/link': row('anybody', `${API}/link`, { token: LINK_TOKEN, password: PASSWORD }),
  'POST /api/v1/session/kiosk': row('anybody', `${API}/session/kiosk`, { token: LINK_TOKEN }),
  'DELETE /api/v1/session': row('whoever is signed in', `${API}/session`),

  'GET /api/v1/account': row(OWN, `${API}/account`),
  'POST /api/v1/account/password': row(OWN, `${API}/account/password`, {
    current: PASSWORD,
    password: `${PASSWORD} two`,
  }),
  'POST /api/v1/account/totp': row(OWN, `${API}/account/totp`, {}),
  'POST /api/v1/account/totp/confirm': row(OWN, `${API}/account/totp/confirm`, { code: '123456' }),
  'POST /api/v1/account/totp/remove': row(OWN, `${API}/account/totp/remove`, {
    password: PASSWORD,
  }),
  'POST /api/v1/account/passkeys/options': row(OWN, `${API}/account/passkeys/options`, {}),
  'POST /api/v1/account/passkeys': row(OWN, `${API}/account/passkeys`, {
    ...ANSWERED,
    label: 'Phone',
  }),
  'DELETE /api/v1/account/passkeys/:id': row(OWN, `${API}/account/passkeys/AAEC`),
  'DELETE /api/v1/account/sessions/:id': row(OWN, `${API}/account/sessions/session-2`),

  'GET /api/v1/accounts': row('who administers', `${API}/accounts`),
  'POST /api/v1/accounts': row(ADMINISTERS, `${API}/accounts`, { name: 'taras', role: 'viewer' }),
  'PATCH /api/v1/accounts/:name': row(ADMINISTERS, `${API}/accounts/taras`, { role: 'auditor' }),
  'DELETE /api/v1/accounts/:name': row(ADMINISTERS, `${API}/accounts/taras`),
  'POST /api/v1/accounts/:name/link': row(ADMINISTERS, `${API}/accounts/taras/link`, {}),
  'POST /api/v1/accounts/:name/sign-out': row(ADMINISTERS, `${API}/accounts/taras/sign-out`, {}),
  'POST /api/v1/accounts/:name/remove-second-factor': row(
    ADMINISTERS,
    `${API}/accounts/taras/remove-second-factor`,
    {},
  ),
  'GET /api/v1/tokens': row('who administers', `${API}/tokens`),
  'POST /api/v1/tokens': row(ADMINISTERS, `${API}/tokens`, { name: 'x', permissions: ['see'] }),
  'DELETE /api/v1/tokens/:id': row(ADMINISTERS, `${API}/tokens/abc`),
};

const EXPIRES_AT = Date.UTC(2026, 10, 25);
const ok = { ok: true } as const;
const signedIn = { ...ok, session: 'new-session', device: 'new-device', expiresAt: EXPIRES_AT };
const link = { ...ok, link: '/link#secret', expiresAt: EXPIRES_AT };
const begun = { ceremony: 'one', options: {} };
const view: SessionView = {
  mode: 'accounts',
  isDemo: false,
  ways: { password: true, passkey: true },
};
const account: AccountView = {
  name: 'olena',
  role: 'viewer',
  hasPassword: true,
  hasTotp: false,
  recoveryCodesLeft: 0,
  passkeys: [],
  sessions: [],
};

/** What the access desk answers where it does all that it is asked for. */
export const DONE: Readonly<Record<string, unknown>> = {
  'access.view': view,
  'signIn.byPassword': signedIn,
  'signIn.byPasskey': signedIn,
  'signIn.bySetup': signedIn,
  'signIn.byLink': signedIn,
  'signIn.byKiosk': ok,
  'signIn.byOidc': signedIn,
  'signIn.passkeyOptions': begun,
  'signIn.oidcStart': { ...ok, url: 'https://login.example/', state: 'state' },
  'own.view': account,
  'own.changePassword': ok,
  'own.beginTotp': { ...ok, secret: 'JBSW', uri: 'otpauth://totp/x' },
  'own.confirmTotp': { ...ok, recoveryCodes: ['one'] },
  'own.removeTotp': ok,
  'own.passkeyOptions': { ...ok, ...begun },
  'own.addPasskey': ok,
  'own.removePasskey': ok,
  'own.revokeSession': ok,
  'administration.addAccount': link,
  'administration.changeAccount': ok,
  'administration.removeAccount': ok,
  'administration.makeLink': link,
  'administration.signOutEverywhere': ok,
  'administration.removeSecondFactors': ok,
  'administration.addToken': { ...ok, id: 'abc', token: 'shown-once' },
  'administration.removeToken': ok,
};
