import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Chain, startChain } from '../../support/chaos-chain.ts';
import { NOTHING_AMISS } from '../../support/chaos-verdict.ts';
import { plantFault } from '../../support/planted.ts';

const KILLS = 30;

/** Kills it so many times: from its first moments, before it is ready, to well into its work. */
async function killAtRandom({ monitor, random }: Chain, kills: number): Promise<void> {
  let working = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    await sleep(random.between(100, 4000));
    const answer = await fetch(`${monitor.url}/readyz`).catch(() => undefined);
    if (answer?.ok) working += 1;
    await monitor.kill();
    monitor.begin();
  }
  console.log(`${kills} kills, ${working} of them at work`);
}

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
  await killAtRandom(chain, 10);
  expect((await chain.verdict()).lost).toBeGreaterThan(0);
});
