import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { Socket } from 'socket.io';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Credential } from '../../src/access-port.ts';
import type { Scope } from '../../src/contract/access.ts';
import { errorBodySchema } from '../../src/contract/http.ts';
import { ALARM_COMMAND_NEEDS, INCIDENT_COMMAND_NEEDS } from '../../src/domain/access/permission.ts';
import type { Principal } from '../../src/domain/access/principal.ts';
import { createServiceOf } from '../../src/pipeline/access/service.ts';
import { openWorld } from '../support/border-world.ts';
import { type FakeAccess, fakeAccess } from '../support/fake-access.ts';
import { FakeCommands } from '../support/fake-queries.ts';
import { createTestServer } from '../support/http-server.ts';
import { type LiveServer, openLiveServer } from '../support/live-server.ts';
import {
  about,
  EVERYBODY,
  HTTP_ROWS,
  type HttpRow,
  LET_IN,
  type Lets,
  LIVE_ROWS,
  NEVER_LIMITED,
  principalOf,
  TABLE_PLAN,
  type Who,
} from '../support/role-table.ts';
import { DONE } from '../support/role-table-access.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const LVIV: Scope = { regions: ['lviv'], sites: [] };
const FOREIGN = /s[2345]x/;
const { queries, clock } = openWorld(TABLE_PLAN);

const SCRIPT = { host: 'localhost', authorization: 'Bearer the-token' };

/** What somebody's own page or script sends. */
function headersOf(by: Principal | undefined): Record<string, string> {
  if (by?.kind === 'token') return SCRIPT;
  const session = { cookie: '__Host-svitlo=the-session', 'x-svitlo-csrf': 'the-csrf' };
  return { host: 'localhost', ...(by && session) };
}

const TOKEN_FOR: Partial<Record<Lets, Who>> = {
  'who responds': 'token to respond',
  'who supervises': 'token to supervise',
};

describe('HTTP', () => {
  let folder: TempFolder;
  let server: FastifyInstance;
  let withoutPage: FastifyInstance;
  let open: FakeAccess;
  let current: Principal | undefined;
  let asks = 0;
  const commands = new FakeCommands();

  beforeAll(async () => {
    folder = await tempFolder('role-table');
    await mkdir(join(folder.path, 'assets'));
    await writeFile(join(folder.path, 'index.html'), '<!doctype html>');
    open = fakeAccess(queries, commands);
    open.answers = DONE;
    const serviceOf = createServiceOf({ queries, commands, clock });
    const access = {
      ...open,
      access: {
        ...open.access,
        mode: () => 'accounts' as const,
        principal: ({ session, bearer }: Credential) =>
          bearer === 'the-token' || session === 'the-session' ? current : undefined,
        isCsrf: ({ bearer }: Credential, given: string | undefined) =>
          bearer !== undefined || given === 'the-csrf',
      },
      serviceOf,
    };
    ({ server } = createTestServer({ access, queries, webRoot: folder.path }));
    ({ server: withoutPage } = createTestServer({ access, queries }));
    await server.ready();
    await withoutPage.ready();
  });

  afterAll(async () => {
    await server?.close();
    await withoutPage?.close();
    await folder?.remove();
  });

  /** `GET /api/v1/sites`; that a GET is also asked as HEAD is no route of its own. */
  function routes(): string[] {
    const all = [...server.declaredRoutes, ...withoutPage.declaredRoutes];
    const names = all.flatMap(({ method, url }) => [method].flat().map((one) => `${one} ${url}`));
    return [...new Set(names)].filter((name) => !name.startsWith('HEAD ')).toSorted();
  }

  /** As a page of ours sends it, or a script: each from a place and session of its own, as rates are limited. */
  async function ask(
    name: string,
    one: HttpRow['asks'][number],
    by: Principal | undefined,
    headers = headersOf(by),
  ) {
    asks += 1;
    const own = by?.kind === 'user' ? { session: `session-${asks}` } : { name: `name-${asks}` };
    current = by && { ...by, ...own };
    const method = name.split(' ')[0] as 'GET';
    const { url, body } = one;
    const remoteAddress = `127.1.${asks >> 8}.${asks & 255}`;
    const given = { url, headers, remoteAddress, ...(body ? { payload: body } : {}) };
    const answer = await server.inject({ ...given, method });
    if (method === 'GET') {
      const { statusCode } = await server.inject({ ...given, method: 'HEAD' });
      expect(statusCode, 'as HEAD').toBe(answer.statusCode);
    }
    return answer;
  }

  /** How often somebody was let through to what changes or tells something. */
  function reached(): number {
    return open.asked.length + commands.given.length;
  }

  test('every route has a row, and every row a route', () => {
    expect(routes()).toEqual(Object.keys(HTTP_ROWS).toSorted());
  });

  const cells = Object.entries(HTTP_ROWS).flatMap(([name, row]) =>
    EVERYBODY.map((who): [string, Who, HttpRow] => [name, who, row]),
  );

  test.each(cells)('%s by %s', async (name, who, row) => {
    const isLetIn = LET_IN[row.lets].includes(who);
    const refused = who === 'nobody' ? 401 : 403;
    const { answer: done = 200, foreign } = row;
    const isLimitedIn = isLetIn && !NEVER_LIMITED.includes(row.lets);
    const before = reached();
    for (const own of row.asks) {
      const limited = await ask(name, own, principalOf(who, LVIV));
      const unlimited = await ask(name, own, principalOf(who, undefined));
      const other = about(own, 's2x', 'volyn');
      const there = await ask(name, other, principalOf(who, undefined));
      const beyond = await ask(name, other, principalOf(who, LVIV));
      expect(limited.statusCode, 'of one’s own').toBe(isLimitedIn ? done : refused);
      expect(unlimited.statusCode, 'without limits').toBe(isLetIn ? done : refused);
      expect(there.statusCode, 'of another without limits').toBe(isLetIn ? done : refused);
      const isNamed = foreign === 404 || foreign === 403;
      expect(beyond.statusCode, 'of a foreign one').toBe(
        isLimitedIn ? (isNamed ? foreign : done) : refused,
      );
      expect(limited.body).not.toMatch(FOREIGN);
      if (!isNamed) expect(beyond.body).not.toMatch(FOREIGN);
      if (isLetIn && foreign === 'trimmed') {
        expect(limited.body).toMatch(/s0x/);
        expect(unlimited.body).toMatch(FOREIGN);
      }
      if (isLetIn && isNamed) {
        const absent = await ask(name, about(own, 's9x', 'nowhere'), principalOf(who, LVIV));
        expect(beyond.body.replaceAll('s2x', 's9x').replaceAll('volyn', 'nowhere')).toBe(
          absent.body,
        );
      }
    }
    if (!isLetIn) expect(reached()).toBe(before);
  });

  const unsafe = Object.entries(HTTP_ROWS).filter(([name]) => !name.startsWith('GET '));

  test.each(unsafe)('%s is for no page but ours', async (name, { lets, asks, answer = 200 }) => {
    const [own] = asks as [HttpRow['asks'][number]];
    const by = principalOf('administrator', undefined);
    const before = reached();
    const codeOf = async (headers: Record<string, string>, one = by) => {
      const { statusCode, body } = await ask(name, own, one, headers);
      return statusCode === answer ? 'done' : `${statusCode} ${JSON.parse(body).params.reason}`;
    };
    const signedIn = headersOf(by);
    const { 'x-svitlo-csrf': _, ...bare } = signedIn;
    const isPublic = lets === 'anybody';
    if (!isPublic) {
      expect(await codeOf(bare)).toBe('403 csrf');
      expect(await codeOf({ ...bare, 'x-svitlo-csrf': 'another' })).toBe('403 csrf');
    }
    for (const foreign of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'same-site' }]) {
      expect(await codeOf({ ...signedIn, ...foreign })).toBe('403 other_origin');
      expect(await codeOf(foreign, undefined)).toBe('403 other_origin');
    }
    expect(reached()).toBe(before);
    expect(await codeOf({ ...signedIn, origin: 'http://localhost' })).toBe('done');
    if (lets === 'who has an account' || lets === 'who administers in person') return;
    const permission = TOKEN_FOR[lets] ?? 'token to see';
    expect(await codeOf(SCRIPT, principalOf(permission, undefined))).toBe('done');
  });

  test('what there is no route for is nobody’s to know', async () => {
    const unknown = { url: '/api/v1/nothing' };
    const by = (who: Who) => ask('POST', { ...unknown, body: {} }, principalOf(who, LVIV));
    const nobody = await by('nobody');
    expect([nobody.statusCode, errorBodySchema.parse(nobody.json()).code]).toEqual([
      401,
      'SVT_SIGN_IN_NEEDED',
    ]);
    expect((await by('viewer')).statusCode).toBe(404);
  });
});

describe('the live feed', () => {
  let server: LiveServer;

  beforeAll(async () => {
    server = await openLiveServer(queries, clock);
  });

  afterAll(() => server?.[Symbol.asyncDispose]());

  test('every event that the server listens to has a row, and every type of command', async () => {
    const listens = vi.spyOn(Socket.prototype, 'on');
    server.people.set('viewer', principalOf('viewer', LVIV) as Principal);
    using _client = await server.connect('viewer');
    const events = new Set(listens.mock.calls.map(([event]) => String(event)));
    listens.mockRestore();
    // Socket.IO tells of these itself.
    for (const own of ['disconnect', 'disconnecting', 'error']) events.delete(own);
    const types: Record<string, string[]> = {
      alarmCommand: Object.keys(ALARM_COMMAND_NEEDS),
      incidentCommand: Object.keys(INCIDENT_COMMAND_NEEDS),
    };
    const expected = [...events].flatMap(
      (event) => types[event]?.map((type) => `${event} ${type}`) ?? [event],
    );
    expect(Object.keys(LIVE_ROWS).toSorted()).toEqual(expected.toSorted());
  });

  const cells = EVERYBODY.flatMap((who) =>
    ([undefined, LVIV] as const).map((scope): [Who, string, Scope | undefined] => [
      who,
      scope === undefined ? 'without limits' : 'limited to its own sites',
      scope,
    ]),
  );

  test.each(cells)('%s %s', async (who, _, scope) => {
    const principal = principalOf(who, scope);
    server.people.clear();
    if (principal !== undefined) server.people.set(who, principal);
    if (!LET_IN['who sees'].includes(who)) {
      await expect(server.connect(who)).rejects.toThrow();
      return;
    }
    for (const [name, { lets, ask }] of Object.entries(LIVE_ROWS)) {
      using client = await server.connect(who);
      const [event = ''] = name.split(' ');
      const isLetIn = LET_IN[lets].includes(who);
      const codeOf = async (site: string) => {
        const answer = (await client.ask(event, about(ask, site, 'volyn'))) as {
          ok: boolean;
          code?: string;
        };
        return answer.ok ? 'done' : answer.code;
      };
      expect(await codeOf('s0x'), `${name} of its own`).toBe(isLetIn ? 'done' : 'SVT_FORBIDDEN');
      const beyond = scope === undefined ? 'done' : 'SVT_NOT_FOUND';
      expect(await codeOf('s2x'), `${name} of another`).toBe(isLetIn ? beyond : 'SVT_FORBIDDEN');
    }
  });
});
