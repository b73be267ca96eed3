import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Journal } from '../../src/adapters/sqlite/journal.ts';
import type { OrderStore, SavedOrder } from '../../src/ports.ts';
import { alarmChange } from '../support/alarm-change.ts';
import { START, sampleOf } from '../support/sample.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

let folder: TempFolder;
let file: string;
let journal: Journal;
let store: OrderStore;

beforeEach(async () => {
  folder = await tempFolder('order');
  file = join(folder.path, 'journal.db');
  open();
});

afterEach(async () => {
  await journal?.stop();
  await folder?.remove();
});

function open(): void {
  journal = new Journal(file);
  store = journal.orders;
}

async function reopen(): Promise<void> {
  await journal.stop();
  open();
}

const order = (device: string, savedAt: number, newestTs = START): SavedOrder => ({
  record: { site: 'krakivets', device, kind: 'ups', newestTs },
  savedAt,
});

const full: SavedOrder = {
  record: {
    ...order('ups-1', 0).record,
    newestSeq: 7,
    clock: { offsetMs: -3_600_000, sinceTs: START - 1 },
    held: {
      sample: sampleOf({ seq: 7 }),
      values: { 'ups.status': 'OB', 'battery.charge': 98.5 },
      stamps: { 'ups.status': { ts: START, quality: 'uncertain' } },
      since: START,
      ageMs: 3_600_000,
    },
  },
  savedAt: START + 1,
};

test('what was saved is there at the next start, the newest saved first', async () => {
  await store.save([order('ups-2', START), full]);
  await store.save([order('ups-3', START + 2)]);
  await reopen();
  expect(await store.load()).toEqual([order('ups-3', START + 2), full, order('ups-2', START)]);
});

test('a device stands once, as it was saved last, and can be forgotten', async () => {
  await Promise.all([
    store.save([full]),
    store.save([order('ups-1', START + 5, START + 5), order('ups-2', START)]),
  ]);
  expect(await store.load()).toEqual([order('ups-1', START + 5, START + 5), order('ups-2', START)]);
  await store.forget([order('ups-1', 0)]);
  expect(await store.load()).toEqual([order('ups-2', START)]);
});

test('nothing to save is saved at once', async () => {
  await store.save([]);
  expect(await store.load()).toEqual([]);
});

test('the journal tells what a device said last that moved each alarm', async () => {
  const moved = (version: number, device: string, sourceTs?: number) => {
    const change = alarmChange(version, device);
    const { sourceTs: _none, ...transition } = change.transition;
    return {
      alarm: change.alarm,
      transition: sourceTs === undefined ? transition : { ...transition, sourceTs },
    };
  };
  const alarms = [
    moved(1, 'ups-1', START),
    moved(2, 'ups-1', START - 60_000),
    moved(3, 'ups-1'),
    moved(1, 'ups-2'),
  ];
  await journal.commit({ alarms });
  const { at } = alarmChange(2, 'ups-1').transition;
  expect(await journal.sources()).toEqual([
    { site: 'krakivets', device: 'ups-1', ts: START - 60_000, at },
  ]);
});
