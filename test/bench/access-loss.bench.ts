import { expect, test } from 'vitest';
import { openWorld } from '../support/border-world.ts';
import { openLiveServer, person } from '../support/live-server.ts';
import { TABLE_PLAN } from '../support/role-table.ts';
import { percentile, report } from './figures.ts';

const PAGES = 400;
const ACCOUNTS = 40;
const WITHIN_MS = 1000;

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
