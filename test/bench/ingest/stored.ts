import { setTimeout as sleep } from 'node:timers/promises';
import type { Influxd } from '../../support/influxd.ts';

const LOOK_MS = 200;
const PATIENCE_MS = 120_000;

/** How many of the load's points InfluxDB has. It reads them all: not while something is measured. */
export async function countStored(influxd: Influxd): Promise<number> {
  const rows = await influxd.query('svitlo', 'SELECT count("ups.load") AS n FROM ups');
  return Number(rows[0]?.n ?? 0);
}

/** Resolves with the count when it is reached, or with what there is when patience ends. */
export async function untilStored(influxd: Influxd, count: number): Promise<number> {
  const deadline = Date.now() + PATIENCE_MS;
  let stored = 0;
  while (stored < count && Date.now() < deadline) {
    await sleep(LOOK_MS);
    stored = await countStored(influxd);
  }
  return stored;
}

/** The names and types of the fields that the load's points were stored with, as `name type`. */
export async function storedFields(influxd: Influxd): Promise<string[]> {
  const rows = await influxd.query('svitlo', 'SHOW FIELD KEYS FROM ups');
  return rows.map(({ fieldKey, fieldType }) => `${fieldKey} ${fieldType}`).toSorted();
}

/** Time of the newest point of one of the load's devices (ms since 1970 UTC): a look costs next to nothing. */
export async function newestStored(influxd: Influxd): Promise<number> {
  const query = `SELECT last("ups.load") FROM ups WHERE site = 'site-0'`;
  const rows = await influxd.query('svitlo', query);
  return Number(rows[0]?.time ?? 0);
}
