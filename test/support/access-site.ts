import { resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { Server } from 'socket.io';
import type { z } from 'zod';
import { presentTimes } from '../../src/adapters/http/present.ts';
import {
  type AccountRow,
  type AccountView,
  addAccountBodySchema,
  addTokenBodySchema,
  changeAccountBodySchema,
  codeBodySchema,
  linkBodySchema,
  passwordBodySchema,
  type SessionView,
  setupBodySchema,
  signInBodySchema,
  type TokenRow,
} from '../../src/contract/access.ts';
import { ANSWERS } from '../../src/contract/http.ts';
import type { Snapshot } from '../../src/contract/live.ts';
import type { OutageSummary } from '../../src/contract/outage.ts';
import { type ErrorCode, SvitloError } from '../../src/errors.ts';
import { failureOf } from './access-failure.ts';
import { AccessPasskeys } from './access-passkey.ts';

/** The policy that the page has to live under. */
const CONTENT_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
  "require-trusted-types-for 'script'; trusted-types 'none'";

/** What the site knows, and what it does with the next call; a test changes it as it goes. */
export interface AccessWorld {
  view: SessionView;
  /** What a sign-in that succeeds makes of the session. */
  signedIn: SessionView;
  password: string;
  code?: string;
  /** Each sign-in is answered by it. */
  refusal?: { code: ErrorCode; params?: Record<string, unknown> };
  own: AccountView;
  accounts: AccountRow[];
  tokens: TokenRow[];
  summary: OutageSummary;
  snapshot: Snapshot;
  /** The last command of the feed, which is refused. */
  acknowledged?: unknown;
}

interface Asked {
  method: string;
  path: string;
  body: unknown;
  csrf: string | undefined;
}

export interface AccessSite {
  url: string;
  world: AccessWorld;
  /** Every call of the API, oldest first. */
  asked: Asked[];
  /** How many pages have the feed open. */
  feeds(): number;
  /** As the monitor does when rights change: tells every page, and closes its connection. */
  endFeeds(reason: 'signed_out' | 'rights_changed'): void;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Context {
  world: AccessWorld;
  body: unknown;
  params: Record<string, string>;
  origin: string;
  passkeys: AccessPasskeys;
}

const DONE = { ok: true };
const LINK = 'https://svitlo.example/link#Wm9zdGFuLW9kbm9yYXpvdmUtcG9zeWxhbm5pYQ';

function refuse(code: ErrorCode, params: Record<string, unknown> = {}): never {
  throw new SvitloError(code, 'refused by the test', { params });
}

function given<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  return parsed.success ? parsed.data : refuse('SVT_BAD_REQUEST', { issues: parsed.error.issues });
}

function enter(world: AccessWorld): SessionView {
  world.view = world.signedIn;
  return world.view;
}

function signIn({ world, body }: Context): SessionView {
  const { password, code } = given(signInBodySchema, body);
  if (world.refusal !== undefined) refuse(world.refusal.code, world.refusal.params);
  if (password !== world.password) refuse('SVT_SIGN_IN_REFUSED');
  if (world.code !== undefined && code === undefined) refuse('SVT_CODE_NEEDED');
  if (code !== world.code) refuse('SVT_SIGN_IN_REFUSED');
  return enter(world);
}

function byLink({ world }: Context): SessionView {
  if (world.refusal !== undefined) refuse(world.refusal.code, world.refusal.params);
  return enter(world);
}

function signOut({ world }: Context): object {
  const { who: _who, csrf: _csrf, expiresAt: _ends, warnAt: _warns, ...rest } = world.view;
  world.view = rest;
  return DONE;
}

function confirmTotp({ world, body }: Context): object {
  if (given(codeBodySchema, body).code !== '123456') refuse('SVT_SIGN_IN_REFUSED');
  world.own = { ...world.own, hasTotp: true, recoveryCodesLeft: 10 };
  return {
    recoveryCodes: Array.from({ length: 10 }, (_one, at) => `k7qm-${2000 + at * 37}-x${at}fd`),
  };
}

function addAccount({ world, body }: Context): object {
  const { name, role, scope, isBreakGlass } = given(addAccountBodySchema, body);
  if (world.accounts.some((row) => row.name === name)) refuse('SVT_NAME_TAKEN');
  const [first] = world.accounts;
  if (first === undefined) throw new Error('expected an administrator');
  const { scope: _scope, lastSignInAt: _last, ...rest } = first;
  const fresh = { hasPassword: false, hasTotp: false, sessions: 0, passkeys: 0, isExternal: false };
  const limits = scope === undefined ? {} : { scope };
  world.accounts.push({ ...rest, ...fresh, name, role, isBreakGlass, ...limits });
  return { url: LINK, expiresAt: Date.now() + 86_400_000 };
}

function changeAccount({ world, body, params }: Context): object {
  const { scope, role, isDisabled } = given(changeAccountBodySchema, body);
  world.accounts = world.accounts.map((row) => {
    if (row.name !== params.name) return row;
    const { scope: before, ...rest } = row;
    const limits = scope === undefined ? before : (scope ?? undefined);
    return {
      ...rest,
      role: role ?? row.role,
      isDisabled: isDisabled ?? row.isDisabled,
      ...(limits === undefined ? {} : { scope: limits }),
    };
  });
  return DONE;
}

function addToken({ world, body }: Context): object {
  const { name, permissions, scope, expiresAt } = given(addTokenBodySchema, body);
  const ends = expiresAt === undefined ? {} : { expiresAt: Date.parse(expiresAt) };
  const limits = scope === undefined ? {} : { scope };
  const id = `t${world.tokens.length + 1}`;
  const made = { createdAt: Date.now(), createdBy: 'olena' };
  world.tokens.push({ id, name, permissions, ...made, ...ends, ...limits });
  return { id, token: 'svt_bmVtYWllLW5pY2hvaG8tdGFpZW1ub2hv' };
}

function deviceOf({ world, params }: Context): unknown {
  const { site, device } = params;
  const found = world.snapshot.devices.find((one) => one.site === site && one.id === device);
  return found ?? refuse('SVT_NOT_FOUND');
}

async function addPasskey({ world, body, origin, passkeys }: Context): Promise<object> {
  const label = (await passkeys.registered(body, origin)) ?? refuse('SVT_SIGN_IN_REFUSED');
  const added = { id: `key-${world.own.passkeys.length + 1}`, label, createdAt: Date.now() };
  world.own = { ...world.own, passkeys: [...world.own.passkeys, added] };
  return DONE;
}

async function byPasskey({ world, body, origin, passkeys }: Context): Promise<SessionView> {
  return (await passkeys.authenticated(body, origin))
    ? enter(world)
    : refuse('SVT_SIGN_IN_REFUSED');
}

type Handler = readonly [answer: z.ZodType, handle: (context: Context) => unknown];

/** The calls of sign-in and administration, each with the shape that the contract gives its answer. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET /session': [ANSWERS.session, ({ world }) => world.view],
  'POST /session': [ANSWERS.session, signIn],
  'DELETE /session': [ANSWERS.entered, signOut],
  'POST /session/passkey/options': [ANSWERS.ceremony, ({ passkeys }) => passkeys.authenticate()],
  'POST /session/passkey': [ANSWERS.session, byPasskey],
  'POST /account/passkeys/options': [ANSWERS.ceremony, ({ passkeys }) => passkeys.register()],
  'POST /account/passkeys': [ANSWERS.entered, addPasskey],
  'POST /setup': [
    ANSWERS.session,
    (context) => given(setupBodySchema, context.body) && byLink(context),
  ],
  'POST /link': [
    ANSWERS.session,
    (context) => given(linkBodySchema, context.body) && byLink(context),
  ],
  'GET /account': [ANSWERS.account, ({ world }) => world.own],
  'POST /account/password': [
    ANSWERS.entered,
    ({ world, body }) =>
      given(passwordBodySchema, body).current === world.password
        ? DONE
        : refuse('SVT_SIGN_IN_REFUSED'),
  ],
  'POST /account/totp': [
    ANSWERS.totp,
    () => ({
      secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
      uri: 'otpauth://totp/Svitlo:olena?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Svitlo',
    }),
  ],
  'POST /account/totp/confirm': [ANSWERS.recoveryCodes, confirmTotp],
  'DELETE /account/sessions/:id': [
    ANSWERS.entered,
    ({ world, params }) => {
      const sessions = world.own.sessions.filter(({ id }) => id !== params.id);
      world.own = { ...world.own, sessions };
      return DONE;
    },
  ],
  'GET /accounts': [ANSWERS.accounts, ({ world }) => world.accounts],
  'POST /accounts': [ANSWERS.link, addAccount],
  'PATCH /accounts/:name': [ANSWERS.entered, changeAccount],
  'DELETE /accounts/:name': [
    ANSWERS.entered,
    ({ world, params }) => {
      world.accounts = world.accounts.filter(({ name }) => name !== params.name);
      return DONE;
    },
  ],
  'POST /accounts/:name/link': [
    ANSWERS.link,
    () => ({ url: LINK, expiresAt: Date.now() + 86_400_000 }),
  ],
  'GET /tokens': [ANSWERS.tokens, ({ world }) => world.tokens],
  'POST /tokens': [ANSWERS.token, addToken],
  'DELETE /tokens/:id': [
    ANSWERS.entered,
    ({ world, params }) => {
      world.tokens = world.tokens.filter(({ id }) => id !== params.id);
      return DONE;
    },
  ],
  'GET /outages/summary': [ANSWERS.outageSummary, ({ world }) => world.summary],
  'GET /devices/:site/:device': [ANSWERS.device, deviceOf],
  'GET /metrics': [ANSWERS.metrics, () => []],
};

/** What a page may ask that has not signed in. */
const IS_PUBLIC = /^(GET|POST|DELETE) \/(session|setup|link)/;

function guard(world: AccessWorld, route: string, asked: Asked): void {
  if (IS_PUBLIC.test(route) || world.view.mode === 'open') return;
  if (world.view.who === undefined) refuse('SVT_SIGN_IN_NEEDED');
  if (asked.method !== 'GET' && asked.csrf !== world.view.csrf) refuse('SVT_FORBIDDEN');
}

/** Serves the built page, the calls above and the feed of a snapshot, on 127.0.0.1. */
export async function startAccessSite(world: AccessWorld): Promise<AccessSite> {
  const asked: Asked[] = [];
  const passkeys = new AccessPasskeys();
  const server = Fastify({ forceCloseConnections: true });
  server.addHook('onRequest', async (_request, reply) => {
    reply.header('content-security-policy', CONTENT_POLICY);
  });
  server.setErrorHandler((error, _request, reply) => failureOf(error, reply));
  const web = resolve(import.meta.dirname, '../../dashboards/web/dist');
  await server.register(fastifyStatic, { root: web });
  for (const path of ['/sign-in', '/setup', '/link']) {
    server.get(path, (_request, reply) => reply.sendFile('index.html'));
  }
  for (const [route, [schema, handle]] of Object.entries(HANDLERS)) {
    const [method = '', url = ''] = route.split(' ');
    const handler = async (request: FastifyRequest, reply: FastifyReply) => {
      const csrf = request.headers['x-svitlo-csrf'];
      const params = request.params as Record<string, string>;
      const call = { method, path: request.url, body: request.body, csrf: csrf?.toString() };
      asked.push(call);
      guard(world, route, call);
      const origin = request.headers.origin ?? '';
      const answer = await handle({ world, body: request.body, params, origin, passkeys });
      return reply.send(schema.parse(presentTimes(answer)));
    };
    server.route({ method, url: `/api/v1${url}`, handler });
  }
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const live = serveFeed(server.server, world);
  return {
    url,
    world,
    asked,
    feeds: () => live.namespace.sockets.size,
    endFeeds: (reason) => {
      for (const socket of live.namespace.sockets.values()) {
        socket.emit('accessChanged', { reason });
        socket.conn.close();
      }
    },
    async [Symbol.asyncDispose]() {
      live.io.disconnectSockets(true);
      live.io.engine.close();
      await server.close();
    },
  };
}

function serveFeed(http: ConstructorParameters<typeof Server>[0], world: AccessWorld) {
  const maySee = () =>
    world.view.mode === 'open' || world.view.who?.permissions.includes('see') === true;
  const io = new Server(http, {
    serveClient: false,
    allowRequest: (_request, decide) => decide(null, maySee()),
  });
  const namespace = io.of('/live');
  namespace.on('connection', (socket) => {
    const beat = setInterval(() => {
      const { room, seq } = world.snapshot;
      world.snapshot = { ...world.snapshot, seq: seq + 1 };
      socket.emit('frame', { room, seq: seq + 1, serverTime: Date.now() });
    }, 1000);
    socket.on('disconnect', () => clearInterval(beat));
    socket.on('watch', (_request, answer) => {
      const { epoch, room, seq } = world.snapshot;
      answer({ ok: true, epoch, seqs: { [room]: seq }, resync: true });
      socket.emit('snapshot', { ...world.snapshot, serverTime: Date.now() });
    });
    socket.on('acknowledge', (command, answer) => {
      world.acknowledged = command;
      answer({ ok: false, code: 'SVT_FORBIDDEN' });
    });
  });
  return { io, namespace };
}
