import { beforeEach, describe, expect, test } from 'vitest';
import { createOnceStore, type OnceStore } from '../../../src/adapters/credential/once.ts';

let now = 0;
let store: OnceStore<string>;

beforeEach(() => {
  now = 1000;
  store = createOnceStore<string>({ now: () => now, lifeMs: 100, most: 3 });
});

describe('what is kept', () => {
  test('is taken once', () => {
    const id = store.put('one');
    expect([store.take(id), store.take(id)]).toEqual(['one', undefined]);
  });

  test('goes by names that say nothing', () => {
    const [a, b] = [store.put('one'), store.put('one')];
    expect(a).not.toBe(b);
    expect(a).toMatch(/^[\w-]{43}$/);
    expect(store.take('__proto__')).toBeUndefined();
  });

  test('is gone when its time is over', () => {
    const id = store.put('one');
    const other = store.put('two');
    now += 99;
    expect(store.take(id)).toBe('one');
    now += 1;
    expect(store.take(other)).toBeUndefined();
  });

  test('is never more than the bound: the oldest is given up', () => {
    const ids = ['one', 'two', 'three', 'four'].map((value) => store.put(value));
    expect(ids.map((id) => store.take(id))).toEqual([undefined, 'two', 'three', 'four']);
  });

  test('makes room for the living by what has run out', () => {
    const old = store.put('old');
    now += 60;
    const ids = ['one', 'two'].map((value) => store.put(value));
    now += 60;
    const last = store.put('three');
    expect([old, ...ids, last].map((id) => store.take(id))).toEqual([
      undefined,
      'one',
      'two',
      'three',
    ]);
  });
});
