import { setTimeout as sleep } from 'node:timers/promises';
import type { Chain } from './chaos-chain.ts';

/**
 * `kill -9` of the monitor, so many times: from its first moments, before it is ready, to well into its
 * work. It is started again at once. Prints how many kills found it at work.
 */
export async function killAtRandom({ monitor, random }: Chain, kills: number): Promise<void> {
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
