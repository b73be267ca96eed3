import { DatabaseSync } from 'node:sqlite';
import { SvitloError } from '../../src/errors.ts';

export interface RetainedMessage {
  topic: string;
  payload: Buffer;
}

/** The embedded broker's retained messages on disk, one a topic. */
export class RetainedStore {
  readonly #database: DatabaseSync;

  /** Opens the file, or throws `SVT_BROKER_FAILED`. */
  constructor(file: string) {
    try {
      this.#database = new DatabaseSync(file);
      this.#database.exec(`
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        CREATE TABLE IF NOT EXISTS retained (topic TEXT PRIMARY KEY, payload BLOB NOT NULL) STRICT;
      `);
    } catch (cause) {
      const message = `cannot use ${file}, which holds the broker's retained messages`;
      throw new SvitloError('SVT_BROKER_FAILED', message, { cause });
    }
  }

  all(): RetainedMessage[] {
    return this.#database
      .prepare('SELECT topic, payload FROM retained')
      .all()
      .map((row) => ({
        topic: String(row.topic),
        payload: Buffer.from(row.payload as Uint8Array),
      }));
  }

  /** An empty payload removes the topic [MQTT-3.3.1-6]. */
  put(topic: string, payload: Buffer): void {
    if (payload.length === 0) {
      this.#database.prepare('DELETE FROM retained WHERE topic = ?').run(topic);
      return;
    }
    this.#database
      .prepare(
        'INSERT INTO retained VALUES (?, ?) ON CONFLICT (topic) DO UPDATE SET payload = excluded.payload',
      )
      .run(topic, payload);
  }

  close(): void {
    this.#database.close();
  }
}
