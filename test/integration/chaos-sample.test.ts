import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startChain } from '../support/chaos-chain.ts';
import { killAtRandom } from '../support/chaos-kill.ts';
import { NOTHING_AMISS } from '../support/chaos-verdict.ts';

test('a sample of `npm run test:chaos`: under load, nothing is lost by what is killed and cut', async () => {
  await using chain = await startChain({ name: 'sample' });
  const { influxd, brokerWire, influxWire, random } = chain;
  await killAtRandom(chain, 3);
  await influxd.kill();
  await sleep(random.between(200, 1000));
  await influxd.restart();
  for (const wire of [brokerWire, influxWire]) {
    wire.cut();
    await sleep(random.between(200, 1000));
    wire.heal();
  }
  expect(await chain.verdict()).toMatchObject(NOTHING_AMISS);
});
