import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startChain } from '../../support/chaos-chain.ts';
import { NOTHING_AMISS } from '../../support/chaos-verdict.ts';

const RESTARTS = 6;

test('a broker restarted under load costs nothing: publishers repeat, the session goes on', async () => {
  await using chain = await startChain({ name: 'broker restarted' });
  const { broker, monitor, random } = chain;
  for (let restart = 0; restart < RESTARTS; restart += 1) {
    await sleep(random.between(500, 3000));
    await broker.stop();
    await sleep(random.between(0, 1500));
    // Every other time the monitor is away, too, when the broker comes back with what it saved.
    if (restart % 2 === 1) await monitor.kill();
    await broker.restart();
    if (restart % 2 === 1) monitor.begin();
  }
  expect(await chain.verdict()).toMatchObject(NOTHING_AMISS);
});

test('publishers that break off while the broker hangs leave nothing but what they sent', async () => {
  await using chain = await startChain({ name: 'publishers broken off' });
  const { broker, publisher, random } = chain;
  await sleep(random.between(1000, 2000));
  broker.pause();
  await sleep(random.between(300, 600));
  const publication = await publisher.end('abandon');
  broker.resume();
  expect(publication.acknowledged).toBeLessThan(publication.sent);
  expect(await chain.verdict({ publication })).toMatchObject(NOTHING_AMISS);
});
