import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SqliteSpool } from '../../src/adapters/sqlite/spool.ts';
import { linesOf, viewOf } from '../../src/domain/line-block.ts';
import { writeAndKill } from '../support/killed-writer.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const ALL = 1_000_000;

let folder: TempFolder;
let file: string;
let spool: SqliteSpool;
let setAside: string[];

const openSpool = (path: string) => new SqliteSpool(path, (aside) => setAside.push(aside));

beforeEach(async () => {
  setAside = [];
  folder = await tempFolder('spool');
  file = join(folder.path, 'spool.db');
  spool = openSpool(file);
});

afterEach(async () => {
  await spool?.stop();
  await folder?.remove();
});

async function page(limit = ALL) {
  const { upTo, block, damaged } = await spool.read(limit);
  return { upTo, lines: linesOf(block), damaged };
}

const lines = async () => (await page()).lines;

/** The same file in the hands of a new process' spool. */
async function reopen(): Promise<void> {
  await spool.stop();
  spool = openSpool(file);
}

/** Does something to the file over a connection of its own. */
function tamper(work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(file);
  work(database);
  database.close();
}

/** One batch a line: each append waits for the one before. */
async function appendOneByOne(...all: string[]): Promise<void> {
  for (const line of all) await spool.append(viewOf(line));
}

const refuse = (database: DatabaseSync) =>
  database.exec(
    "CREATE TRIGGER refuse BEFORE INSERT ON batch BEGIN SELECT RAISE(ABORT, 'disk full'); END",
  );
const allow = (database: DatabaseSync) => database.exec('DROP TRIGGER refuse');

describe('what append has resolved for', () => {
  test('survives kill -9', async () => {
    const durable = await writeAndKill('spool', join(folder.path, 'killed.db'), 2000);
    await spool.stop();
    spool = openSpool(join(folder.path, 'killed.db'));
    const kept = new Set(await lines());
    expect(durable.filter((number) => !kept.has(`line ${number}`))).toEqual([]);
  });

  test('is read in the order of the appends, after a new start too', async () => {
    const all = Array.from({ length: 300 }, (_, index) => `line ${index}`);
    await Promise.all(all.map((line) => spool.append(viewOf(line))));
    expect(await lines()).toEqual(all);
    await reopen();
    expect(await lines()).toEqual(all);
  });

  test('comes back as it was, whatever text it carries', async () => {
    const odd = [
      'ups,site=a x="Краківець 🔋"',
      'a="\\"b\\\\"',
      '\u{feff}a',
      'a\u0000b',
      'a\rb',
      '',
    ];
    await appendOneByOne(...odd);
    expect(await lines()).toEqual(odd);
  });
});

describe('appends at the same time', () => {
  test('share commits', async () => {
    await Promise.all(
      Array.from({ length: 300 }, (_, index) => spool.append(viewOf(`line ${index}`))),
    );
    tamper((database) => {
      const row = database.prepare('SELECT count(*) AS batches, sum(count) AS n FROM batch').get();
      expect(row?.n).toBe(300);
      expect(Number(row?.batches)).toBeLessThan(10);
    });
  });
});

describe('reading and removing', () => {
  test('a page ends with the batch that reaches the limit, and the next goes on after it', async () => {
    await appendOneByOne('a', 'b', 'c', 'd', 'e');
    const first = await page(2);
    expect(first.lines).toEqual(['a', 'b']);
    await spool.remove(first.upTo);
    expect(await lines()).toEqual(['c', 'd', 'e']);
    expect(await spool.count()).toBe(3);
  });

  test('what was not removed is read again', async () => {
    await appendOneByOne('a', 'b');
    expect(await lines()).toEqual(await lines());
  });

  test('what is appended between reading and removing stays', async () => {
    await appendOneByOne('a');
    const { upTo } = await page();
    await appendOneByOne('b');
    await spool.remove(upTo);
    expect(await lines()).toEqual(['b']);
  });

  test('a batch appended to an emptied spool after a new start is never removed as an older one', async () => {
    await appendOneByOne('a');
    const { upTo } = await page();
    await spool.remove(upTo);
    await reopen();
    await appendOneByOne('b');
    await spool.remove(upTo);
    expect(await lines()).toEqual(['b']);
  });

  test('an empty spool reads as empty', async () => {
    expect(await page()).toEqual({ upTo: 0, lines: [], damaged: 0 });
    expect(await spool.count()).toBe(0);
  });
});

describe('a damaged batch', () => {
  const flipByteOf = (id: number) =>
    tamper((database) => {
      const row = database.prepare('SELECT lines FROM batch WHERE id = ?').get(id);
      const bytes = Buffer.from(row?.lines as Uint8Array);
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      database.prepare('UPDATE batch SET lines = ? WHERE id = ?').run(bytes, id);
    });

  test('is counted and skipped, and nothing else is lost', async () => {
    await appendOneByOne('a', 'b', 'c');
    flipByteOf(2);
    expect(await page()).toEqual({ upTo: 3, lines: ['a', 'c'], damaged: 1 });
  });

  test('at the end of a page is left behind with it', async () => {
    await appendOneByOne('a', 'b');
    flipByteOf(2);
    const { upTo } = await page();
    await spool.remove(upTo);
    expect(await page()).toEqual({ upTo: 0, lines: [], damaged: 0 });
  });

  test('alone on its page still lets the next page be read', async () => {
    await appendOneByOne('a');
    flipByteOf(1);
    expect(await page(1)).toEqual({ upTo: 1, lines: [], damaged: 1 });
  });
});

describe('a disk that refuses', () => {
  test('fails the append as retryable, and is seen in the readiness', async () => {
    await appendOneByOne('before');
    tamper(refuse);
    await expect(spool.append(viewOf('a'))).rejects.toMatchObject({
      code: 'SVT_SPOOL_FAILED',
      retryable: true,
      message: 'disk full',
    });
    expect(spool.readiness()).toEqual({ isReady: false, state: 'failing', detail: 'disk full' });
    tamper(allow);
  });

  test('loses nothing: what failed is written first once it takes again', async () => {
    await appendOneByOne('before');
    tamper(refuse);
    await expect(spool.append(viewOf('failed'))).rejects.toThrow('disk full');
    const newer = spool.append(viewOf('newer'));
    tamper(allow);
    await newer;
    expect(await lines()).toEqual(['before', 'failed', 'newer']);
    expect(spool.readiness()).toEqual({ isReady: true, state: 'ok' });
  });

  test('does not hold a stop', async () => {
    await appendOneByOne('before');
    tamper(refuse);
    await expect(spool.append(viewOf('failed'))).rejects.toThrow('disk full');
    await spool.stop();
    tamper(allow);
    spool = openSpool(file);
    expect(await lines()).toEqual(['before']);
  });
});

describe('a spool file that is no longer a database', () => {
  const garbage = Buffer.alloc(8192, 'x');

  const written = Array.from({ length: 50 }, (_, index) => `${index} `.repeat(500));

  const damage = async (at: number) => {
    await appendOneByOne(...written);
    await spool.stop();
    const handle = await open(file, 'r+');
    await handle.write(garbage, 0, garbage.length, at);
    await handle.close();
    spool = openSpool(file);
  };

  test('from its first byte on refuses neither the start nor what comes next', async () => {
    await damage(0);
    await appendOneByOne('next');
    expect(await lines()).toEqual(['next']);
  });

  test('in its middle loses only what stood there', async () => {
    await damage(49_152);
    await appendOneByOne('next');
    const kept = await lines();
    expect(kept).toEqual([...written, 'next'].filter((line) => kept.includes(line)));
    expect(kept.length).toBeGreaterThan(40);
    expect(kept.length).toBeLessThan(51);
    expect(kept.at(-1)).toBe('next');
    expect(setAside).toHaveLength(1);
  });

  test('found between reading and removing takes nothing of what is new', async () => {
    await appendOneByOne(...written);
    const { upTo } = await page();
    await damage(0);
    await appendOneByOne('next');
    await spool.remove(upTo);
    expect(await lines()).toEqual(['next']);
  });

  test('is set aside for whoever wants to look at it, and told', async () => {
    await damage(0);
    await appendOneByOne('next');
    expect(setAside).toEqual([expect.stringMatching(/spool\.db\.damaged-\d+$/)]);
    const kept = await readFile(setAside[0] ?? '');
    expect(kept.subarray(0, garbage.length).equals(garbage)).toBe(true);
  });
});
