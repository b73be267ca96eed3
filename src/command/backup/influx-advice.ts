import { join } from 'node:path';
import type { StorePlace } from '../../contract/backup.ts';

/** Where `influxd` answers its own backup tool (1.x): a port of its own. */
const RPC_PORT = 8088;

interface Advice {
  backup: string[];
  restore: string[];
}

/**
 * InfluxDB's own commands, 1.x first: https://docs.influxdata.com/influxdb/v1/administration/backup_and_restore/
 * and https://docs.influxdata.com/influxdb/v2/admin/backup-restore/ . Nothing of them is secret.
 */
export function influxAdvice(store: StorePlace & { kind: 'influx' }, folder: string): Advice {
  const { hostname } = new URL(store.origin);
  const to = shellWord(join(folder, 'influxdb'));
  const database = shellWord(store.database);
  return {
    backup: [
      `influxd backup -portable -host ${hostname}:${RPC_PORT} -database ${database} ${to}`,
      `influx backup --host ${store.origin} ${to}`,
    ],
    restore: [
      `influxd restore -portable -host ${hostname}:${RPC_PORT} -db ${database} ${to}`,
      `influx restore --host ${store.origin} ${to}`,
    ],
  };
}

/** For a POSIX shell. */
function shellWord(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
