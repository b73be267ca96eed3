import { expect, test } from 'vitest';
import { Room } from '../../../src/adapters/live/room.ts';
import type { Device } from '../../../src/contract/device.ts';
import { START } from '../../support/sample.ts';

test('a room of a site covers that site, the room of everything every site', () => {
  const site = new Room('krakivets', START);
  expect([site.covers('krakivets'), site.covers('shehyni'), site.covers('*')]).toEqual([
    true,
    false,
    false,
  ]);
  expect(new Room('*', START).covers('shehyni')).toBe(true);
});

test('frames are numbered from 1 and stamped with the time they were sent', () => {
  const room = new Room('*', START);
  expect(room.next({}, START + 1, 'full')).toEqual({ room: '*', seq: 1, serverTime: START + 1 });
  expect(room.next({ alarms: [] }, START + 2, 'full')).toMatchObject({ seq: 2, alarms: [] });
  expect(room).toMatchObject({ seq: 2, sentAt: START + 2 });
});

test('who knows a frame gets the later ones; who knows the last gets none', () => {
  const room = new Room('*', START);
  const frames = [1, 2, 3].map(() => room.next({}, START, 'full'));
  expect(room.since(1, 'summary')).toEqual(frames.slice(1));
  expect(room.since(3, 'summary')).toEqual([]);
});

test('the last 60 frames are kept: who knows an older one gets none of them', () => {
  const room = new Room('*', START);
  for (let count = 0; count < 100; count += 1) room.next({}, START, 'full');
  expect(room.since(40, 'summary')).toHaveLength(60);
  expect(room.since(39, 'summary')).toBeUndefined();
});

test('who watches in full gets no frames that were gathered for others', () => {
  const room = new Room('*', START);
  const full = room.next({}, START, 'full');
  expect(room.since(0, 'full')).toEqual([full]);
  const summary = room.next({ devices: [] }, START, 'summary');
  expect(room.since(1, 'summary')).toEqual([summary]);
  expect(room.since(1, 'full')).toBeUndefined();
});

test('so few frames are kept that they name 5,000 devices at most', () => {
  const room = new Room('*', START);
  const devices = Array.from({ length: 2000 }, () => ({}) as Device);
  for (let count = 0; count < 5; count += 1) room.next({ devices }, START, 'full');
  expect(room.since(3, 'full')).toHaveLength(2);
  expect(room.since(2, 'full')).toBeUndefined();
});

test('a number of the future belongs to another feed', () => {
  expect(new Room('*', START).since(1, 'summary')).toBeUndefined();
});

test('after a restart nobody can go on from frames, not even who knows the last', () => {
  const room = new Room('*', START);
  room.next({}, START, 'full');
  room.restart(START + 1);
  expect(room.since(1, 'summary')).toBeUndefined();
  expect(room.since(2, 'summary')).toEqual([]);
});

test('a site that one watcher sees in another shape than the rest is due for all', () => {
  const room = new Room('*', START);
  room.noteShown('krakivets', 'a');
  room.noteShown('krakivets', 'a');
  expect(room.sentSites.get('krakivets')).toBe('a');
  room.noteShown('krakivets', 'b');
  expect(room.sentSites.get('krakivets')).toBe('');
});
