import { globSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { SentMessage } from './acked-publisher.ts';
import { chaosIndex, chaosPlace } from './chaos-message.ts';

/** The messages, as `device index`, whose points stand in the embedded store of a monitor that is stopped. */
export async function messagesInStore(dataDir: string): Promise<Set<string>> {
  const instance = await DuckDBInstance.create(join(dataDir, 'series', 'series.duckdb'));
  const connection = await instance.connect();
  const found = new Set<string>();
  for (const [kind, metric] of [
    ['ups', 'onBatterySeconds'],
    ['scanner', 'scan.count'],
  ]) {
    const columns = `site, device, "${metric}"`;
    const files = globSync(join(dataDir, 'series', `${kind}`, '*.parquet'));
    const selects = [`SELECT ${columns} FROM ${kind}_point`].concat(
      files.map((file) => `SELECT ${columns} FROM '${file}'`),
    );
    const reader = await connection.runAndReadAll(selects.join(' UNION ALL '));
    for (const row of reader.getRowObjectsJS()) {
      found.add(`${row.site} ${row.device} ${chaosIndex(row)}`);
    }
  }
  connection.closeSync();
  instance.closeSync();
  return found;
}

export function missingFrom(found: ReadonlySet<string>, messages: readonly SentMessage[]) {
  return messages.filter(({ device, index }) => {
    const { site, id } = chaosPlace(device);
    return !found.has(`${site} ${id} ${index}`);
  });
}
