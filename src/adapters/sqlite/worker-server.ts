import { existsSync, renameSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { diskStateOf } from './disk-state.ts';

type Methods = Record<string, (argument: never) => unknown>;

interface Served {
  /** `options` as the client gave them. */
  setUp(database: DatabaseSync, place: { file: string; options: unknown }): Methods;
  /**
   * Where present, a damaged file is renamed and begun anew, and this copies what can still be read;
   * where absent, damage ends the thread at the start and fails a call later on.
   */
  salvage?(damaged: DatabaseSync, into: DatabaseSync): void;
  /** The buffers of an answer that are handed over instead of copied. */
  buffersOf?(answer: unknown): ArrayBuffer[];
}

/** SQLITE_CORRUPT and SQLITE_NOTADB, https://sqlite.org/rescode.html */
const DAMAGED = new Set([11, 26]);

const place = workerData as { file: string; options: unknown };
const { file } = place;

/** Opens the file for durable writes: WAL, and every commit reaches the disk before it returns. */
function openDatabase(): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    database.exec(`
      PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA busy_timeout = 5000;
      PRAGMA cache_size = -1024;
    `);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && DAMAGED.has(Number(error.errcode) & 0xff);
}

/** Renames the file with what SQLite keeps beside it, begins it anew, and tells the client. */
function beginAnew({ setUp, salvage }: Served): { database: DatabaseSync; methods: Methods } {
  const aside = `${file}.damaged-${Date.now()}`;
  for (const suffix of ['', '-wal', '-shm'])
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  const database = openDatabase();
  const methods = setUp(database, place);
  const damaged = new DatabaseSync(aside);
  salvage?.(damaged, database);
  damaged.close();
  parentPort?.postMessage({ setAside: aside });
  return { database, methods };
}

function open(served: Served): { database: DatabaseSync; methods: Methods } {
  let database: DatabaseSync | undefined;
  try {
    database = openDatabase();
    return { database, methods: served.setUp(database, place) };
  } catch (error) {
    database?.close();
    if (served.salvage === undefined || !isDamage(error)) throw error;
    return beginAnew(served);
  }
}

/** Runs inside a worker thread: answers calls by method name, and `ping`, until `close`. */
export function serve(served: Served): void {
  let { database, methods } = open(served);
  const call = (method: string, argument: unknown) => {
    if (method === 'close') return database.close();
    if (method === 'ping') return undefined;
    try {
      return methods[method]?.(argument as never);
    } catch (error) {
      if (served.salvage === undefined || !isDamage(error)) throw error;
      database.close();
      ({ database, methods } = beginAnew(served));
      return methods[method]?.(argument as never);
    }
  };
  parentPort?.on('message', ({ id, method, argument }) => {
    try {
      const value = call(method, argument);
      parentPort?.postMessage({ id, value }, served.buffersOf?.(value) ?? []);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      parentPort?.postMessage({ id, error: text, state: diskStateOf(error) });
    }
  });
}
