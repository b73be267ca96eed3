import { expect, test } from 'vitest';
import { startChain } from '../../support/chaos-chain.ts';
import { killAtRandom } from '../../support/chaos-kill.ts';
import { NOTHING_AMISS } from '../../support/chaos-verdict.ts';
import { plantFault } from '../../support/planted.ts';

const KILLS = 30;
const KILLS_OF_PLANTED = 10;

test(`kill -9 of the monitor ${KILLS} times under load loses nothing`, async () => {
  await using chain = await startChain({ name: 'monitor killed' });
  await killAtRandom(chain, KILLS);
  expect(await chain.verdict()).toMatchObject(NOTHING_AMISS);
});

test('the comparison finds a monitor that acknowledges what is not durable yet', async () => {
  await using home = await plantFault({
    file: 'collectors/mqtt/collector.ts',
    from: 'pubacks.add(publish.id, durable)',
    to: 'pubacks.add(publish.id, undefined)',
  });
  await using chain = await startChain({ name: 'planted fault', home: home.path });
  await killAtRandom(chain, KILLS_OF_PLANTED);
  expect((await chain.verdict()).lost).toBeGreaterThan(0);
});
