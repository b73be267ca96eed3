import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startChain } from '../../support/chaos-chain.ts';
import { NOTHING_AMISS } from '../../support/chaos-verdict.ts';

const ROUNDS = 4;

test('InfluxDB killed, paused and restarted under load costs no point', async () => {
  await using chain = await startChain({ name: 'influxd away' });
  const { influxd, random } = chain;
  const pass = () => sleep(random.between(200, 2500));
  for (let round = 0; round < ROUNDS; round += 1) {
    await pass();
    await influxd.kill();
    await pass();
    await influxd.restart();
    await pass();
    influxd.pause();
    await pass();
    influxd.resume();
    await pass();
    await influxd.restart();
  }
  expect(await chain.verdict()).toMatchObject(NOTHING_AMISS);
});

test('InfluxDB paused beyond the patience of a write, and the monitor killed meanwhile', async () => {
  await using chain = await startChain({ name: 'influxd paused for long' });
  const { influxd, monitor, random } = chain;
  await sleep(random.between(500, 2000));
  influxd.pause();
  await sleep(random.between(12_000, 14_000));
  await monitor.kill();
  monitor.begin();
  await sleep(random.between(2000, 4000));
  influxd.resume();
  expect(await chain.verdict()).toMatchObject(NOTHING_AMISS);
});
