import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SqliteSpool } from '../../src/adapters/sqlite/spool.ts';
import type { SpoolLimits } from '../../src/adapters/sqlite/spool-limit.ts';
import { linesOf, viewOf } from '../../src/domain/line-block.ts';
import { writeAndKill } from '../support/killed-writer.ts';
import { openSpool } from '../support/spool.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

const ALL = 1_000_000;

let folder: TempFolder;
let file: string;
let spool: SqliteSpool;
let setAside: string[];

const openAt = (path: string, limits: Partial<SpoolLimits> = {}) =>
  openSpool(path, limits, (aside) => setAside.push(aside));

beforeEach(async () => {
  setAside = [];
  folder = await tempFolder('spool');
  file = join(folder.path, 'spool.db');
  spool = openAt(file);
});

afterEach(async () => {
  await spool?.stop();
  await folder?.remove();
});

async function page(limit = ALL) {
  const { upTo, block, damaged } = await spool.read(limit);
  return { upTo, lines: linesOf(block), damaged };
}

const stored = (upTo: number) => spool.stored({ upTo, refused: [] });

const lines = async () => (await page()).lines;

/** The same file in the hands of a new process' spool. */
async function reopen(): Promise<void> {
  await spool.stop();
  spool = openAt(file);
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
    spool = openAt(join(folder.path, 'killed.db'));
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
    await stored(first.upTo);
    expect(await lines()).toEqual(['c', 'd', 'e']);
    expect(spool.depth().points).toBe(3);
  });

  test('what was not removed is read again', async () => {
    await appendOneByOne('a', 'b');
    expect(await lines()).toEqual(await lines());
  });

  test('what is appended between reading and removing stays', async () => {
    await appendOneByOne('a');
    const { upTo } = await page();
    await appendOneByOne('b');
    await stored(upTo);
    expect(await lines()).toEqual(['b']);
  });

  test('a batch appended to an emptied spool after a new start is never removed as an older one', async () => {
    await appendOneByOne('a');
    const { upTo } = await page();
    await stored(upTo);
    await reopen();
    await appendOneByOne('b');
    await stored(upTo);
    expect(await lines()).toEqual(['b']);
  });

  test('an empty spool reads as empty', async () => {
    expect(await page()).toEqual({ upTo: 0, lines: [], damaged: 0 });
    expect(spool.depth().points).toBe(0);
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
    await stored(upTo);
    expect(await page()).toEqual({ upTo: 0, lines: [], damaged: 0 });
  });

  test('alone on its page still lets the next page be read', async () => {
    await appendOneByOne('a');
    flipByteOf(1);
    expect(await page(1)).toEqual({ upTo: 1, lines: [], damaged: 1 });
  });
});

describe('a disk that refuses', () => {
  test('lets the append wait, and is seen in the readiness', async () => {
    await appendOneByOne('before');
    tamper(refuse);
    const waiting = spool.append(viewOf('a'));
    await until(() => !spool.readiness().isReady, { what: 'the failure to be seen' });
    expect(spool.readiness()).toEqual({ isReady: false, state: 'failing', detail: 'disk full' });
    tamper(allow);
    await waiting;
  });

  test('loses nothing: what failed is written first once it takes again', async () => {
    await appendOneByOne('before');
    tamper(refuse);
    const failed = spool.append(viewOf('failed'));
    await until(() => !spool.readiness().isReady, { what: 'the failure to be seen' });
    const newer = spool.append(viewOf('newer'));
    tamper(allow);
    await Promise.all([failed, newer]);
    expect(await lines()).toEqual(['before', 'failed', 'newer']);
    expect(spool.readiness()).toEqual({ isReady: true, state: 'ok' });
  });

  test('does not hold a stop, which refuses what waits', async () => {
    await appendOneByOne('before');
    tamper(refuse);
    const failed = spool.append(viewOf('failed'));
    await until(() => !spool.readiness().isReady, { what: 'the failure to be seen' });
    const outcome = expect(failed).rejects.toMatchObject({ code: 'SVT_SPOOL_FAILED' });
    await spool.stop();
    await outcome;
    tamper(allow);
    spool = openAt(file);
    expect(await lines()).toEqual(['before']);
  });

  test('fills memory only so far: what comes then is refused at once', async () => {
    await appendOneByOne('before');
    tamper(refuse);
    const long = 'x'.repeat(2 ** 20);
    const outcomes: string[] = [];
    const appends = Array.from({ length: 80 }, () =>
      spool.append(viewOf(long)).then(
        () => outcomes.push('durable'),
        (error: { code: string }) => outcomes.push(error.code),
      ),
    );
    await until(() => outcomes.length > 0, { what: 'a refusal' });
    expect(new Set(outcomes)).toEqual(new Set(['SVT_SPOOL_FAILED']));
    const refused = outcomes.length;
    expect(refused).toBeLessThan(20);
    tamper(allow);
    await Promise.all(appends);
    expect((await lines()).length).toBe(81 - refused);
  });
});

describe('a limit', () => {
  const limited = async (limits: Partial<SpoolLimits>) => {
    await spool.stop();
    spool = openAt(file, limits);
  };
  const untilState = (state: string) =>
    until(() => spool.readiness().state === state, { what: `the state ${state}` });

  test('of bytes lets appends wait until the store has taken some, and nothing is lost', async () => {
    await limited({ maxBytes: 10 });
    await appendOneByOne('0123456789');
    const waiting = spool.append(viewOf('next'));
    await untilState('full');
    expect(spool.readiness().detail).toContain('nothing more is acknowledged');
    const { upTo } = await page();
    await stored(upTo);
    await waiting;
    expect(await lines()).toEqual(['next']);
    expect(spool.readiness()).toEqual({ isReady: true, state: 'ok' });
  });

  test('of age is reached by points that nobody took for so long', async () => {
    await appendOneByOne('old');
    tamper((database) => database.prepare('UPDATE batch SET at = at - 3600000').run());
    await limited({ maxAgeMs: 3_000_000 });
    const waiting = spool.append(viewOf('next'));
    await untilState('too_old');
    await stored((await page()).upTo);
    await waiting;
    expect(await lines()).toEqual(['next']);
  });

  test('of age passes over points from before the clock was set', async () => {
    await appendOneByOne('old');
    tamper((database) => database.prepare('UPDATE batch SET at = 1000').run());
    await limited({ maxAgeMs: 3_000_000 });
    await appendOneByOne('next');
    expect(await lines()).toEqual(['old', 'next']);
  });

  test('of free space on the disk leaves it to the journal', async () => {
    await limited({ minFreeBytes: Number.MAX_SAFE_INTEGER });
    const waiting = spool.append(viewOf('a'));
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'SVT_SPOOL_FAILED' });
    await untilState('disk_full');
    await spool.stop();
    await outcome;
    spool = openAt(file);
  });
});

describe('a page that is stored', () => {
  test('leaves what the store refused in quarantine, newest first, with the reason', async () => {
    await appendOneByOne('a', 'b', 'c');
    const { upTo } = await page();
    await spool.stored({
      upTo,
      refused: [
        { line: 'a', reason: 'field type conflict' },
        { line: 'c', reason: 'unable to parse' },
      ],
    });
    await reopen();
    expect(await spool.quarantined(10)).toEqual([
      { at: expect.any(Number), reason: 'unable to parse', line: 'c' },
      { at: expect.any(Number), reason: 'field type conflict', line: 'a' },
    ]);
    expect(await lines()).toEqual([]);
  });

  test('makes the minutes of its points due, oldest first, also after a new start', async () => {
    await appendOneByOne('x 120000', 'x 60001', 'x 119999');
    expect(await spool.due(10)).toEqual([]);
    await stored((await page()).upTo);
    await reopen();
    expect(await spool.due(10)).toEqual([
      { ts: 60_000, version: 1 },
      { ts: 120_000, version: 1 },
    ]);
  });

  test('keeps a minute due that got more points since it was read', async () => {
    await appendOneByOne('x 60000');
    await stored((await page()).upTo);
    const before = await spool.due(10);
    await appendOneByOne('x 60001');
    await stored((await page()).upTo);
    await spool.settle(before);
    expect(await spool.due(10)).toEqual([{ ts: 60_000, version: 2 }]);
    await spool.settle(await spool.due(10));
    expect(await spool.due(10)).toEqual([]);
  });
});

/** Takes out of the stopped spool's file what an earlier version did not have. */
const makeEarlier = () =>
  tamper((database) => {
    database.exec('ALTER TABLE batch DROP COLUMN minutes; ALTER TABLE batch DROP COLUMN at');
  });

test('a spool of an earlier version goes on with what it holds', async () => {
  await appendOneByOne('a');
  await spool.stop();
  makeEarlier();
  spool = openAt(file);
  await appendOneByOne('b');
  expect(await lines()).toEqual(['a', 'b']);
});

test('the depth tells points, bytes and age, and is known again after a new start', async () => {
  await appendOneByOne('0123456789', '01234');
  const depth = { points: 2, bytes: 15, oldestAt: expect.any(Number) };
  expect(spool.depth()).toEqual(depth);
  await reopen();
  await until(() => spool.depth().points === 2, { what: 'the depth' });
  expect(spool.depth()).toEqual(depth);
  await stored((await page(1)).upTo);
  expect(spool.depth()).toMatchObject({ points: 1, bytes: 5 });
});

describe('a spool file that is no longer a database', () => {
  const garbage = Buffer.alloc(8192, 'x');

  const written = Array.from({ length: 50 }, (_, index) => `${index} `.repeat(500));

  const damage = async (at: number, prepare = () => {}) => {
    await appendOneByOne(...written);
    await spool.stop();
    prepare();
    const handle = await open(file, 'r+');
    await handle.write(garbage, 0, garbage.length, at);
    await handle.close();
    spool = openAt(file);
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

  test('and is of an earlier version loses only what stood there', async () => {
    await damage(49_152, makeEarlier);
    await appendOneByOne('next');
    const kept = await lines();
    expect(kept).toEqual([...written, 'next'].filter((line) => kept.includes(line)));
    expect(kept.length).toBeGreaterThan(40);
    expect(kept.at(-1)).toBe('next');
    expect(setAside).toHaveLength(1);
  });

  test('found between reading and removing takes nothing of what is new', async () => {
    await appendOneByOne(...written);
    const { upTo } = await page();
    await damage(0);
    await appendOneByOne('next');
    await stored(upTo);
    expect(await lines()).toEqual(['next']);
  });

  test('is set aside for whoever wants to look at it, and told', async () => {
    await damage(0);
    await appendOneByOne('next');
    expect(setAside).toEqual([expect.stringMatching(/spool\.db\.damaged-\d+$/)]);
    expect(spool.readiness()).toEqual({ isReady: true, state: 'set_aside', detail: setAside[0] });
    const kept = await readFile(setAside[0] ?? '');
    expect(kept.subarray(0, garbage.length).equals(garbage)).toBe(true);
  });
});
