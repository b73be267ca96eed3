import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startChain } from '../../support/chaos-chain.ts';
import { NOTHING_AMISS } from '../../support/chaos-verdict.ts';
import { until } from '../../support/wait.ts';

const KILLS = 30;

test(`kill -9 of the monitor ${KILLS} times under load loses nothing`, async () => {
  await using chain = await startChain({ name: 'monitor killed' });
  const { monitor, random } = chain;
  for (let kill = 0; kill < KILLS; kill += 1) {
    // From its first moments, before it is ready, to well into its work.
    await sleep(random.between(100, 3000));
    await monitor.kill();
    monitor.begin();
  }
  expect(await chain.verdict()).toMatchObject(NOTHING_AMISS);
});
