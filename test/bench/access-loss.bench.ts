import { expect, test } from 'vitest';
import { openWorld } from '../support/border-world.ts';
import { openLiveServer, person } from '../support/live-server.ts';
import { openRealAccess, type RealAccess, type Shown } from '../support/real-access.ts';
import { TABLE_PLAN } from '../support/role-table.ts';
import { percentile, report } from './figures.ts';

const PAGES = 400;
const ACCOUNTS = 40;
const WITHIN_MS = 1000;
/** Of the real monitor, of each way by which a right is taken away. */
const PEOPLE = 8;
const PAGES_EACH = 5;

test(`${PAGES} open pages lose their feed with the rights of their ${ACCOUNTS} accounts`, async () => {
  const { queries, clock, alarms } = openWorld(TABLE_PLAN);
  await using server = await openLiveServer(queries, clock);
  const names = Array.from({ length: ACCOUNTS }, (_, index) => `account-${index}`);
  for (const name of names) {
    server.people.set(name, person({ name, scope: { regions: ['lviv'], sites: [] } }));
  }
  const pages = await Promise.all(
    Array.from({ length: PAGES }, (_, index) => server.connect(names[index % ACCOUNTS] ?? '')),
  );
  for (const page of pages) await page.watch({ sites: ['*'], detail: 'summary' });
  const busy = setInterval(() => server.live.feed.alarmsChanged(alarms), 5);
  const lost = pages.map(
    (page) =>
      new Promise<number>((resolve) =>
        page.socket.once('disconnect', () => resolve(performance.now())),
      ),
  );
  const revokedAt = performance.now();
  server.people.clear();
  server.changed();
  const delays = (await Promise.all(lost)).map((at) => at - revokedAt);
  clearInterval(busy);
  report(`${PAGES} pages whose right is taken away`, {
    'feed lost p50, ms': percentile(delays, 0.5),
    'last, ms': percentile(delays, 1),
  });
  expect(percentile(delays, 1)).toBeLessThanOrEqual(WITHIN_MS);
});

/** Whom something is done to, and by what. */
interface Way {
  what: string;
  /** Resolves when it is done; a command on the machine takes most of its time to start. */
  take(at: RealAccess, name: string, by: Shown): Promise<unknown>;
}

const WAYS: readonly Way[] = [
  { what: 'signed out by oneself', take: (at, _, by) => at.call(by, 'DELETE', '/session') },
  {
    what: 'signed out by an administrator',
    take: (at, name) => at.call(at.olena, 'POST', `/accounts/${name}/sign-out`, {}),
  },
  {
    what: 'demoted by an administrator',
    take: (at, name) => at.call(at.olena, 'PATCH', `/accounts/${name}`, { role: 'viewer' }),
  },
  { what: 'demoted by npm run user', take: (at, name) => at.user(`role ${name} viewer`) },
  { what: 'signed out by npm run user', take: (at, name) => at.user(`sign-out ${name}`) },
];

test.each(WAYS)('the real monitor: $what', async ({ what, take }) => {
  await using at = await openRealAccess();
  const delays: number[] = [];
  const sinceBegin: number[] = [];
  let seq = 0;
  const busy = setInterval(() => {
    seq += 1;
    at.publish('krakivets', seq % 2 === 0 ? 'OL' : 'OB DISCHRG').catch(() => {});
  }, 20);
  for (let index = 0; index < PEOPLE; index += 1) {
    const name = `person-${index}`;
    const by = await at.invite(name, 'technician', { regions: ['lviv'], sites: [] });
    const pages = await Promise.all(Array.from({ length: PAGES_EACH }, () => at.connect(by)));
    for (const page of pages) await page.watch({ sites: ['*'], detail: 'full' });
    const lost = pages.map(
      ({ socket }) =>
        new Promise<number>((resolve) =>
          socket.once('disconnect', () => resolve(performance.now())),
        ),
    );
    const takenAt = performance.now();
    const stands = at.onceRightsChange(name);
    const done = take(at, name, by);
    const stoodAt = await stands;
    const lostAt = await Promise.all(lost);
    delays.push(...lostAt.map((at) => at - stoodAt));
    sinceBegin.push(...lostAt.map((at) => at - takenAt));
    await done;
  }
  clearInterval(busy);
  report(`${PEOPLE * PAGES_EACH} pages of the real monitor, ${what}`, {
    'feed lost p50, ms': percentile(delays, 0.5),
    'last, ms': percentile(delays, 1),
    'last since the call or command began, ms': percentile(sinceBegin, 1),
  });
  expect(percentile(delays, 1)).toBeLessThanOrEqual(WITHIN_MS);
});
