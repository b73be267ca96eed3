import { expect, test } from 'vitest';
import { chaosFields, chaosPlace, chaosTime } from '../../support/chaos-message.ts';
import type { Publication } from '../../support/chaos-publisher.ts';
import { judge, type PointRow, type PointSource } from '../../support/chaos-verdict.ts';

const plan = { devices: 2, perSecond: 1000, firstTs: 1_795_457_045_123 };
const SENT = 4;
/** The last message of each device has no PUBACK. */
const publication: Publication = {
  plan,
  sentOf: () => SENT,
  isAcknowledged: (_, index) => index < SENT - 1,
  sent: 2 * SENT,
  acknowledged: 2 * (SENT - 1),
  repeated: 0,
  rate: 1000,
};

function pointOf(device: number, index: number): PointRow {
  const { site, id } = chaosPlace(device);
  const time = chaosTime(plan, index);
  return { time, site, device: id, 'output.voltage': null, ...chaosFields(device, index) };
}

/** A database that holds every message, changed by `change` for the first device. */
function sourceOf(
  change: (rows: PointRow[]) => PointRow[],
  otherSeries: string[] = [],
): PointSource {
  const seriesOf = (device: number) => {
    const { kind, site, id } = chaosPlace(device);
    return `${kind},device=${id},site=${site}`;
  };
  return {
    query: async (_, influxQl) => {
      if (influxQl === 'SHOW SERIES') {
        return [seriesOf(0), seriesOf(1), ...otherSeries].map((key) => ({ key }));
      }
      const device = influxQl.includes(`'${chaosPlace(0).id}'`) ? 0 : 1;
      const rows = Array.from({ length: SENT }, (__, index) => pointOf(device, index));
      return device === 0 ? change(rows) : rows;
    },
  };
}

const verdictOf = async (change: (rows: PointRow[]) => PointRow[], otherSeries?: string[]) => {
  const { lost, wrong, extra } = await judge(sourceOf(change, otherSeries), { publication });
  return { lost, wrong, extra };
};

test('every message once with its values: nothing is amiss', async () => {
  expect(await verdictOf((rows) => rows)).toEqual({ lost: 0, wrong: 0, extra: 0 });
});

test('an acknowledged message that is not there is lost', async () => {
  expect(await verdictOf((rows) => rows.slice(1))).toEqual({ lost: 1, wrong: 0, extra: 0 });
});

test('a message without its PUBACK may be absent', async () => {
  expect(await verdictOf((rows) => rows.slice(0, -1))).toEqual({ lost: 0, wrong: 0, extra: 0 });
});

test.each([
  ['another value', { 'ups.load': 99 }],
  ['no value', { 'ups.load': null }],
  ['a field more', { 'output.voltage': 230 }],
  ['a clock offset', { 'clock.offset': 5 }],
])('a point with %s is wrong', async (_, change) => {
  const verdict = await verdictOf(([first, ...rest]) => [{ ...first, ...change }, ...rest]);
  expect(verdict).toEqual({ lost: 0, wrong: 1, extra: 0 });
});

test.each([
  ['at a time that nobody sent', { time: plan.firstTs + 1 }],
  ['before the first', { time: plan.firstTs - 2 }],
  ['of a message that was not sent yet', pointOf(0, SENT)],
  ['of another site', { site: 'elsewhere' }],
])('a point %s is extra', async (_, change) => {
  const verdict = await verdictOf((rows) => [...rows, { ...pointOf(0, 0), ...change }]);
  expect(verdict).toEqual({ lost: 0, wrong: 0, extra: 1 });
});

test('a message that is there twice is extra', async () => {
  const verdict = await verdictOf((rows) => [...rows, pointOf(0, 0)]);
  expect(verdict).toEqual({ lost: 0, wrong: 0, extra: 1 });
});

test('the rollups of a device are its own', async () => {
  const { kind, site, id } = chaosPlace(0);
  const rollups = ['1m', '1h'].map((width) => `${kind}_${width},device=${id},site=${site}`);
  const verdict = await verdictOf((rows) => rows, rollups);
  expect(verdict).toEqual({ lost: 0, wrong: 0, extra: 0 });
});

test.each(['ups', 'ups_1m'])('a series of nobody is extra: %s', async (measurement) => {
  const verdict = await verdictOf((rows) => rows, [`${measurement},device=ghost,site=site-1`]);
  expect(verdict).toEqual({ lost: 0, wrong: 0, extra: 1 });
});
