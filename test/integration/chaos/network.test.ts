import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Chain, startChain } from '../../support/chaos-chain.ts';
import { NOTHING_AMISS } from '../../support/chaos-verdict.ts';
import { dependency } from '../../support/monitor-api.ts';
import { until } from '../../support/wait.ts';

const ROUNDS = 6;
/** Beyond the monitor's keepalive of 30 s and its patience for a PINGRESP. */
const BEYOND_KEEPALIVE_MS = 60_000;

async function disturb({ brokerWire, influxWire, random }: Chain, how: 'cut' | 'stall') {
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const wire of [brokerWire, influxWire]) {
      await sleep(random.between(200, 1500));
      wire[how]();
      await sleep(random.between(50, 2000));
      wire.heal();
    }
  }
}

test('the network cut between monitor, broker and InfluxDB costs no point', async () => {
  await using chain = await startChain({ name: 'network cut' });
  await disturb(chain, 'cut');
  expect(await chain.verdict()).toMatchObject(NOTHING_AMISS);
});

test('half-open connections that come back cost no point', async () => {
  await using chain = await startChain({ name: 'half-open for moments' });
  await disturb(chain, 'stall');
  expect(await chain.verdict()).toMatchObject(NOTHING_AMISS);
});

test('half-open beyond the keepalive: the monitor says so, and nothing is lost', async () => {
  await using chain = await startChain({ name: 'half-open for long' });
  const { monitor, brokerWire, influxWire } = chain;
  await sleep(1000);
  brokerWire.stall();
  influxWire.stall();
  for (const name of ['store', 'broker']) {
    await until(async () => (await dependency(monitor, name))?.isReady === false, {
      what: `${name} to be not ready`,
      timeoutMs: BEYOND_KEEPALIVE_MS,
    });
  }
  brokerWire.heal();
  influxWire.heal();
  expect(await chain.verdict()).toMatchObject(NOTHING_AMISS);
});
