import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startChain } from '../../support/chaos-chain.ts';
import { chaosIndex, chaosTime, type LoadPlan } from '../../support/chaos-message.ts';
import { NOTHING_AMISS, type PointPlace, type PointRow } from '../../support/chaos-verdict.ts';
import { steppedClock } from '../../support/clock-offset.ts';
import { connectDevice } from '../../support/device.ts';
import { activeAlarms, findDevice } from '../../support/monitor-api.ts';
import { upsPayload } from '../../support/telemetry.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/wait.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STEPS_MS = [HOUR_MS, 0, -HOUR_MS, 0, 2 * DAY_MS, 0, -2 * DAY_MS, 0];
/** Long enough for a clock that advances evenly to be known as wrong (docs/contract.md). */
const KNOWN_AS_WRONG_MS = 35_000;
/** Each device sends once a second: no two of its messages come within one millisecond. */
const LOAD = { devices: 500, perSecond: 500, connections: 5 };
const SLACK_MS = 60_000;

/**
 * A message's own time is kept unless it lies in the future; then the point is at the time of receipt,
 * and `clock.offset` leads back. Where the time is long past, `clock.offset` may say so.
 */
function byClock(row: PointRow, plan: LoadPlan): PointPlace | undefined {
  const index = chaosIndex(row);
  const ownTime = chaosTime(plan, index);
  const offset = row['clock.offset'];
  if (offset === null || offset === undefined) return row.time === ownTime ? { index } : undefined;
  const isStep = STEPS_MS.some((step) => step !== 0 && Math.abs(Number(offset) + step) < SLACK_MS);
  const addedFields = ['clock.offset'];
  if (!isStep) return undefined;
  if (row.time === ownTime) return { index, addedFields };
  if (Number(row.time) + Number(offset) !== ownTime) return undefined;
  return { index, addedFields, isRepeatable: true };
}

const silent = (step: number) => `silent-${step}`;
const onBattery = (step: number) => `on-battery-${step}`;

/** Their interval is known, so that their silence is seen after seconds. */
function topology(): string {
  const devices = STEPS_MS.map((_, step) => `      ${silent(step)}: {kind: ups, interval: 1s}\n`);
  return `sites:\n  site-1:\n    name: {uk: Перший, en: First}\n    devices:\n${devices.join('')}`;
}

test('a clock that is stepped loses no message, keeps no silent device alive and holds no alarm back', async () => {
  await using folder = await tempFolder('clock');
  const clock = steppedClock(folder.path);
  const config = join(folder.path, 'svitlo.yaml');
  await writeFile(config, topology());
  const settings = { ...clock.env, SVITLO_CONFIG: config };
  await using chain = await startChain({ name: 'clock stepped', load: LOAD, settings });
  const { monitor, broker } = chain;
  const send = async (id: string, status: string) => {
    const address = `svitlo/v1/site-1/ups/${id}`;
    await using device = await connectDevice({ url: broker.url, address });
    await device.send(upsPayload(Date.now(), status));
  };
  const untilFreshness = (id: string, freshness: string) =>
    until(async () => (await findDevice(monitor, 'site-1', id))?.freshness === freshness, {
      what: `${id} to be ${freshness}`,
    });

  for (const [step, offsetMs] of STEPS_MS.entries()) {
    await send(silent(step), 'OL');
    await untilFreshness(silent(step), 'live');
    clock.set(offsetMs);
    const alarm = `site-1.${onBattery(step)}.UPS_ON_BATTERY UNACK`;
    await send(onBattery(step), 'OB DISCHRG');
    await until(async () => (await activeAlarms(monitor)).includes(alarm), {
      what: `the alarm after a step to ${offsetMs} ms`,
    });
    await untilFreshness(silent(step), 'offline');
    if (step === 0) await sleep(KNOWN_AS_WRONG_MS);
  }
  const driven = STEPS_MS.flatMap((_, step) => [silent(step), onBattery(step)]);
  const otherSeries = driven.map((id) => `ups,device=${id},site=site-1`);
  expect(await chain.verdict({ otherSeries, explain: byClock })).toMatchObject(NOTHING_AMISS);
});
