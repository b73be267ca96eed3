import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

type Methods = Record<string, (argument: never) => unknown>;

/** Opens the file for durable writes: WAL, and every commit reaches the disk before it returns. */
function openDatabase(): DatabaseSync {
  const database = new DatabaseSync((workerData as { file: string }).file);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA busy_timeout = 5000;
    PRAGMA cache_size = -1024;
  `);
  return database;
}

/** Runs inside a worker thread: answers calls by method name until `close`. */
export function serve(setUp: (database: DatabaseSync) => Methods): void {
  const database = openDatabase();
  const methods: Methods = { ...setUp(database), close: () => database.close() };
  parentPort?.on('message', ({ id, method, argument }) => {
    try {
      const value = methods[method]?.(argument as never);
      parentPort?.postMessage({ id, value });
    } catch (error) {
      parentPort?.postMessage({
        id,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  });
}

/** Runs `work` in one transaction. */
export function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
