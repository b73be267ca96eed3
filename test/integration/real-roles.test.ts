import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role, Scope } from '../../src/contract/access.ts';
import type { AccessChanged } from '../../src/contract/live.ts';
import type { LiveClient } from '../support/live-client.ts';
import {
  LVIV,
  OF_VOLYN,
  openRealAccess,
  type RealAccess,
  type Shown,
} from '../support/real-access.ts';
import { runCommand } from '../support/run-command.ts';
import { until } from '../support/wait.ts';

/* The real monitor, its accounts on disk and its sockets: what is told of whose sites, and until when. */

const OWN = 'krakivets';
const FOREIGN = 'yahodyn';
const VOLYN: Scope = { regions: ['volyn'], sites: [] };
const alarmOf = (site: string) => `${site}.ups-1.UPS_ON_BATTERY`;
const newCommand = () => ({ commandId: crypto.randomUUID() });

/** What tells of every site to those without limits. */
const TRIMMED = [
  '/sites',
  '/devices',
  '/alarms?state=all',
  '/incidents?state=all',
  '/outages',
  '/outages?format=csv',
  '/rejects',
  '/schedule',
];

let at: RealAccess;
const people = new Map<Role, Shown>();
const shown = (role: Role): Shown => people.get(role) ?? {};

beforeAll(async () => {
  at = await openRealAccess();
  for (const role of ['viewer', 'technician', 'supervisor', 'auditor'] as const) {
    people.set(role, await at.invite(role, role, LVIV));
  }
  for (const site of [OWN, FOREIGN]) {
    await at.publish(site, 'OL');
    await at.publish(site, 'OB DISCHRG');
    await at.publishText(site, 'no message');
    const emergency = { type: 'emergency', from: new Date().toISOString(), sites: [site] };
    await at.call(at.olena, 'POST', '/schedule/emergencies', emergency);
    await until(() => incidentOf(site), { what: `the outage of ${site}` });
  }
  for (const path of TRIMMED) {
    const isOfBoth = (text: string) => text.includes(OWN) && text.includes(FOREIGN);
    await until(async () => isOfBoth((await at.call(at.olena, 'GET', path)).text), { what: path });
  }
});

afterAll(() => at?.[Symbol.asyncDispose]());

async function incidentOf(site: string): Promise<string | undefined> {
  const { json } = await at.call(at.olena, 'GET', '/incidents');
  return (json as { id: string; sites: string[] }[]).find(({ sites }) => sites.includes(site))?.id;
}

/** The occurrence and version of a site's alarm, as a person sees them. */
async function seen(site: string) {
  const { json } = await at.call(at.olena, 'GET', `/alarms/${alarmOf(site)}`);
  const { occurrence, version } = json.alarm as { occurrence: number; version: number };
  return { ...newCommand(), occurrence, version };
}

const inTenMinutes = () => new Date(Date.now() + 600_000).toISOString();

async function shelve(site: string) {
  return { ...(await seen(site)), until: inTenMinutes(), reason: 'заміна батареї' };
}

async function watch(page: LiveClient, more: object = {}) {
  const answer = await page.watch({ sites: ['*'], detail: 'full', ...more });
  if (!answer.ok) throw new Error(answer.code);
  return answer;
}

/** All that a page was told. */
function told({ snapshots, frames }: LiveClient): string {
  return JSON.stringify([snapshots, frames]);
}

/** After a message of every site; the foreign ones come first. */
async function afterNews(page: LiveClient): Promise<void> {
  const before = page.frames.length;
  for (const site of [FOREIGN, 'ustyluh', 'shehyni', OWN]) {
    await at.publish(site, site === OWN || site === FOREIGN ? 'OB DISCHRG' : 'OL');
  }
  const isOfOwn = ({ site }: { site: string }) => site === OWN;
  await until(() => page.frames.slice(before).some(({ devices }) => devices?.some(isOfOwn)), {
    what: 'news of its own site',
  });
}

describe.each([
  ['viewer', { responds: false, supervises: false }],
  ['technician', { responds: true, supervises: false }],
  ['supervisor', { responds: true, supervises: true }],
] as const)('a %s of one region', (role, { responds, supervises }) => {
  test.each(TRIMMED)('is told of no other in %s', async (path) => {
    const answer = await at.call(shown(role), 'GET', path);
    expect(answer.status).toBe(200);
    expect(answer.text).not.toMatch(OF_VOLYN);
    expect(answer.text).toMatch(OWN);
  });

  test('finds its own, and of the other as little as of what there is not', async () => {
    for (const [site, status] of [
      [OWN, 200],
      [FOREIGN, 404],
    ] as const) {
      for (const path of [
        `/devices/${site}/ups-1`,
        `/devices/${site}/ups-1/series?metric=battery.charge`,
        `/alarms/${alarmOf(site)}`,
        `/incidents/${await incidentOf(site)}`,
      ]) {
        expect((await at.call(at.olena, 'GET', path)).status, path).toBe(200);
        expect((await at.call(shown(role), 'GET', path)).status, path).toBe(status);
      }
    }
  });

  test('acts on its own as far as the role goes, and on the other not at all', async () => {
    const statusOf = async (path: string, body: object) =>
      (await at.call(shown(role), 'POST', path, body)).status;
    for (const [site, done] of [
      [OWN, 200],
      [FOREIGN, 404],
    ] as const) {
      const incident = `/incidents/${await incidentOf(site)}/note`;
      const note = { ...newCommand(), text: 'їду' };
      const by = [
        await statusOf(`/alarms/${alarmOf(site)}/shelve`, await shelve(site)),
        await statusOf(`/alarms/${alarmOf(site)}/unshelve`, await seen(site)),
        await statusOf(incident, note),
      ];
      const [mayRespond, maySupervise] = [responds ? done : 403, supervises ? done : 403];
      expect(by, site).toEqual([mayRespond, mayRespond, maySupervise]);
    }
  });

  test('gives commands over the live feed by the same rule', async () => {
    using page = await at.connect(shown(role));
    for (const [site, done] of [
      [OWN, 'done'],
      [FOREIGN, 'SVT_NOT_FOUND'],
    ] as const) {
      const alarmId = alarmOf(site);
      const incidentId = await incidentOf(site);
      const ask = async (event: string, command: object) => {
        const answer = (await page.ask(event, command)) as { ok: boolean; code?: string };
        return answer.ok ? 'done' : answer.code;
      };
      const by = [
        await ask('alarmCommand', { type: 'shelve', alarmId, ...(await shelve(site)) }),
        await ask('alarmCommand', { type: 'unshelve', alarmId, ...(await seen(site)) }),
        await ask('incidentCommand', { type: 'note', incidentId, ...newCommand(), text: 'їду' }),
      ];
      const refused = 'SVT_FORBIDDEN';
      const [mayRespond, maySupervise] = [responds ? done : refused, supervises ? done : refused];
      expect(by, site).toEqual([mayRespond, mayRespond, maySupervise]);
    }
  });

  test('is fed by its own sites alone', async () => {
    using page = await at.connect(shown(role));
    expect(await page.watch({ sites: [FOREIGN], detail: 'full' })).toMatchObject({
      code: 'SVT_NOT_FOUND',
    });
    await watch(page, { sites: ['*', OWN] });
    await page.snapshot('*');
    await page.snapshot(OWN);
    await afterNews(page);
    expect(told(page)).toMatch(OWN);
    expect(told(page)).not.toMatch(OF_VOLYN);
  });
});

test('an auditor of one region is told its sums, and has no feed', async () => {
  const sums = await at.call(shown('auditor'), 'GET', '/outages/summary');
  expect([sums.status, sums.text]).toEqual([200, expect.not.stringMatching(OF_VOLYN)]);
  for (const path of ['/sites', '/alarms', '/incidents', '/outages?format=csv']) {
    expect((await at.call(shown('auditor'), 'GET', path)).status, path).toBe(403);
  }
  await expect(at.connect(shown('auditor'))).rejects.toThrow();
});

describe('an open page loses its feed', () => {
  /** What somebody's page is told as the last thing, once its connection is gone. */
  function lost(page: LiveClient): Promise<AccessChanged | undefined> {
    let change: AccessChanged | undefined;
    page.socket.on('accessChanged', (said: AccessChanged) => {
      change = said;
    });
    return new Promise((resolve) => page.socket.once('disconnect', () => resolve(change)));
  }

  let count = 0;
  /** A technician whose page is open, of Lviv unless told: with it, what is told once the right to it has changed. */
  async function opened(scope: Scope | undefined = LVIV) {
    count += 1;
    const name = `person-${count}`;
    const by = await at.invite(name, 'technician', scope);
    const page = await at.connect(by);
    const before = await watch(page);
    await page.snapshot('*');
    return { name, by, page, before, change: lost(page) };
  }

  test.each<[string, (one: { name: string; by: Shown }) => Promise<unknown>]>([
    ['with its own sign-out', ({ by }) => at.call(by, 'DELETE', '/session')],
    [
      'when an administrator ends the sign-ins',
      ({ name }) => at.call(at.olena, 'POST', `/accounts/${name}/sign-out`, {}),
    ],
    ['with the account', ({ name }) => at.call(at.olena, 'DELETE', `/accounts/${name}`)],
    [
      'with an account that is disabled',
      ({ name }) => at.call(at.olena, 'PATCH', `/accounts/${name}`, { isDisabled: true }),
    ],
    ['when a command on the machine disables it', ({ name }) => at.user(`disable ${name}`)],
    ['when a command on the machine ends the sign-ins', ({ name }) => at.user(`sign-out ${name}`)],
  ])('%s, and gets none', async (_, take) => {
    const one = await opened();
    await take(one);
    expect(await one.change).toEqual({ reason: 'signed_out' });
    await expect(at.connect(one.by)).rejects.toThrow();
    expect((await at.call(one.by, 'GET', '/sites')).status).toBe(401);
  });

  test('with its token', async () => {
    const { id, by } = await at.addToken('wall --permission see --region lviv');
    const page = await at.connect(by);
    await watch(page);
    expect(JSON.stringify(await page.snapshot('*'))).not.toMatch(OF_VOLYN);
    const change = lost(page);
    await at.user(`token remove ${id}`);
    expect(await change).toEqual({ reason: 'signed_out' });
    await expect(at.connect(by)).rejects.toThrow();
  });

  test.each<[string, (name: string) => Promise<unknown>]>([
    [
      'by an administrator',
      (name) => at.call(at.olena, 'PATCH', `/accounts/${name}`, { role: 'viewer' }),
    ],
    ['by a command on the machine', (name) => at.user(`role ${name} viewer`)],
  ])('with a role that is taken away %s, and gets what is left', async (_, demote) => {
    const { name, by, page, change } = await opened();
    await demote(name);
    expect(await change).toEqual({ reason: 'rights_changed' });
    page.socket.removeAllListeners();
    using again = await at.connect(by);
    await watch(again);
    expect(JSON.stringify(await again.snapshot('*'))).toMatch(OWN);
    const command = { type: 'shelve', alarmId: alarmOf(OWN), ...(await shelve(OWN)) };
    expect(await again.ask('alarmCommand', command)).toMatchObject({ code: 'SVT_FORBIDDEN' });
  });

  test('with the permission to see at all', async () => {
    const { name, by, change } = await opened();
    await at.user(`role ${name} auditor`);
    expect(await change).toEqual({ reason: 'rights_changed' });
    await expect(at.connect(by)).rejects.toThrow();
    expect((await at.call(by, 'GET', '/outages/summary')).status).toBe(200);
  });

  const byAdministrator = (name: string) =>
    at.call(at.olena, 'PATCH', `/accounts/${name}`, { scope: VOLYN });
  const byCommand = (name: string) => at.user(`scope ${name} --region volyn`);

  test.each<[string, Scope | undefined, (name: string) => Promise<unknown>]>([
    ['changed by an administrator', LVIV, byAdministrator],
    ['changed by a command on the machine', LVIV, byCommand],
    ['new by an administrator', undefined, byAdministrator],
    ['new by a command on the machine', undefined, byCommand],
  ])('with limits that are %s, and catches up on nothing of before', async (_, scope, move) => {
    const { name, by, page, before, change } = await opened(scope);
    await afterNews(page);
    await move(name);
    expect(await change).toEqual({ reason: 'rights_changed' });
    using again = await at.connect(by);
    const { epoch, seqs } = before;
    expect(await watch(again, { epoch, seqs })).toMatchObject({ resync: true });
    await again.snapshot('*');
    await at.publish(OWN, 'OB DISCHRG');
    await at.publish(FOREIGN, 'OB DISCHRG');
    await again.frame(({ devices }) => devices !== undefined, 'news of the other region');
    expect(told(again)).toMatch(FOREIGN);
    expect(told(again)).not.toMatch(/krakivets|shehyni|lviv/);
  });
});

test('Prometheus scrapes by a token alone, and the health check needs none', async () => {
  const { by: scraper } = await at.addToken('prometheus --permission scrape');
  const { by: wall } = await at.addToken('screen --permission see');
  const metrics = (headers: Shown) => fetch(`${at.monitor.url}/metrics`, { headers });
  expect(await (await metrics(scraper)).text()).toMatch(/^svitlo_/m);
  expect((await metrics(wall)).status).toBe(403);
  expect((await metrics({})).status).toBe(401);
  expect((await at.call(scraper, 'GET', '/sites')).status).toBe(403);
  const check = resolve(import.meta.dirname, '../../deploy/healthcheck.ts');
  const env = { SVITLO_HTTP_PORT: `${at.monitor.port}` };
  expect(await runCommand(process.execPath, [check], { env })).toMatchObject({ status: 0 });
});

test('sessions and tokens outlast a restart and a kill, and those that are ended stay so', async () => {
  const gone = await at.signIn('viewer');
  expect((await at.call(gone, 'DELETE', '/session')).status).toBe(200);
  const { by: token } = await at.addToken('script --permission see --region lviv');
  for (const end of [at.monitor.stop, at.monitor.kill]) {
    await end();
    await at.monitor.restart();
    for (const by of [shown('supervisor'), token]) {
      const sites = await at.call(by, 'GET', '/sites');
      expect([sites.status, sites.text]).toEqual([200, expect.not.stringMatching(OF_VOLYN)]);
      using page = await at.connect(by);
      await watch(page);
      expect(JSON.stringify(await page.snapshot('*'))).not.toMatch(OF_VOLYN);
    }
    const path = `/incidents/${await incidentOf(OWN)}/note`;
    const note = { ...newCommand(), text: 'після перезапуску' };
    expect((await at.call(shown('supervisor'), 'POST', path, note)).status).toBe(200);
    expect((await at.call(gone, 'GET', '/sites')).status).toBe(401);
    await expect(at.connect(gone)).rejects.toThrow();
  }
});

describe('a session that has run out', () => {
  const runOut = (name: string) =>
    at.rewriteSessions(name, (one) => ({ ...one, expiresAt: Date.now() - 1 }));

  function ended(page: LiveClient): Promise<AccessChanged> {
    return new Promise((resolve) => page.socket.once('accessChanged', resolve));
  }

  test('is over where no incident is open in its sites', async () => {
    const by = await at.invite('calm', 'technician', { regions: [], sites: ['shehyni'] });
    using page = await at.connect(by);
    await watch(page);
    const change = ended(page);
    runOut('calm');
    expect(await change).toEqual({ reason: 'signed_out' });
    expect((await at.call(by, 'GET', '/sites')).status).toBe(401);
  });

  test('looks on while one is, may do nothing, and is over with it', async () => {
    const by = await at.invite('late', 'supervisor', LVIV);
    using page = await at.connect(by);
    await watch(page);
    const change = ended(page);
    runOut('late');
    expect(await change).toEqual({ reason: 'rights_changed' });

    expect((await at.call(by, 'GET', '/session')).json.who).toMatchObject({
      name: 'late',
      isReadOnly: true,
      permissions: ['see'],
    });
    const sites = await at.call(by, 'GET', '/sites');
    expect([sites.status, sites.text]).toEqual([200, expect.not.stringMatching(OF_VOLYN)]);
    for (const [path, body] of [
      [`/alarms/${alarmOf(OWN)}/shelve`, await shelve(OWN)],
      [`/incidents/${await incidentOf(OWN)}/note`, { ...newCommand(), text: 'їду' }],
      ['/account/totp', {}],
    ] as const) {
      const refused = await at.call(by, 'POST', path, body);
      expect([refused.status, refused.json.params.reason], path).toEqual([403, 'read_only']);
    }
    using again = await at.connect(by);
    await watch(again);
    expect(JSON.stringify(await again.snapshot('*'))).toMatch(OWN);
    const command = { type: 'shelve', alarmId: alarmOf(OWN), ...(await shelve(OWN)) };
    expect(await again.ask('alarmCommand', command)).toMatchObject({ code: 'SVT_FORBIDDEN' });

    const last = ended(again);
    await at.publish(OWN, 'OL');
    expect(await last).toEqual({ reason: 'signed_out' });
    expect((await at.call(by, 'GET', '/sites')).status).toBe(401);
    await expect(at.connect(by)).rejects.toThrow();
  });
});
