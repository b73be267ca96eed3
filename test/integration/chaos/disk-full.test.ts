import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Chain, startChain } from '../../support/chaos-chain.ts';
import { NOTHING_AMISS } from '../../support/chaos-verdict.ts';
import { dependency } from '../../support/monitor-api.ts';
import { countPubacks } from '../../support/puback-count.ts';
import { mountSmallDisk, type SmallDisk, whyNoSmallDisk } from '../../support/small-disk.ts';
import { until } from '../../support/wait.ts';

const DISK_BYTES = 48 << 20;
/** What the spool leaves free: more than SQLite needs beside the file to take rows out of it. */
const MIN_FREE_BYTES = 16 << 20;
/** A limit of the spool's own, or a write that failed. */
const FULL_STATES = ['full', 'disk_full', 'failing'];
const LOOK_MS = 5000;
const reason = await whyNoSmallDisk();
const TITLE =
  reason === '' ? 'a full disk' : `a full disk (no disk can be mounted here: ${reason})`;

function startOn(disk: SmallDisk, name: string): Promise<Chain> {
  const settings = { SVITLO_DATA_DIR: disk.path, SVITLO_SPOOL_MIN_FREE_BYTES: `${MIN_FREE_BYTES}` };
  return startChain({ name, settings });
}

async function untilFull({ monitor }: Chain): Promise<void> {
  const isFull = async () =>
    FULL_STATES.includes((await dependency(monitor, 'spool'))?.state ?? '');
  await until(isFull, { what: 'the spool to be full', timeoutMs: 120_000 });
  expect((await fetch(`${monitor.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${monitor.url}/healthz`)).status).toBe(200);
}

/** PUBACKs that the monitor sends while messages come in. */
async function pubacksOf({ brokerWire, publisher }: Chain): Promise<number> {
  await sleep(1000);
  const pubacks = countPubacks(brokerWire);
  const sentBefore = publisher.sent();
  await sleep(LOOK_MS);
  expect(publisher.sent()).toBeGreaterThan(sentBefore);
  return pubacks();
}

describe.skipIf(reason !== '')(TITLE, () => {
  test('filled by another program: nothing is acknowledged until there is room, and nothing is lost', async () => {
    await using disk = await mountSmallDisk(DISK_BYTES);
    await using chain = await startOn(disk, 'disk full');
    await sleep(1000);
    expect(await pubacksOf(chain)).toBeGreaterThan(0);
    await chain.influxd.kill();
    disk.fill();
    await untilFull(chain);
    expect(await pubacksOf(chain)).toBe(0);
    disk.free();
    await chain.influxd.restart();
    expect(await chain.verdict()).toMatchObject(NOTHING_AMISS);
    expect(await dependency(chain.monitor, 'spool')).toEqual({ isReady: true, state: 'ok' });
  });

  test('the monitor killed on a full disk comes back when there is room', async () => {
    await using disk = await mountSmallDisk(DISK_BYTES);
    await using chain = await startOn(disk, 'killed on a full disk');
    await sleep(1000);
    await chain.influxd.kill();
    disk.fill();
    await untilFull(chain);
    await chain.monitor.kill();
    disk.free();
    await chain.influxd.restart();
    await chain.monitor.restart();
    expect(await chain.verdict()).toMatchObject(NOTHING_AMISS);
  });

  test('filled by the spool itself while InfluxDB is away: it empties without help', async () => {
    await using disk = await mountSmallDisk(DISK_BYTES);
    await using chain = await startOn(disk, 'spool full');
    await chain.influxd.kill();
    await untilFull(chain);
    expect(await pubacksOf(chain)).toBe(0);
    await chain.influxd.restart();
    expect(await chain.verdict()).toMatchObject(NOTHING_AMISS);
    expect(await dependency(chain.monitor, 'spool')).toEqual({ isReady: true, state: 'ok' });
  });
});
