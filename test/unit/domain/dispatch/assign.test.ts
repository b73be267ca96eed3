import { expect, test } from 'vitest';
import { assign } from '../../../../src/domain/dispatch/assign.ts';

const IDLE = 1000;

test('rows share the columns so that all together is cheapest', () => {
  const costs = [
    [1, 2],
    [1, 9],
  ];
  expect(assign(costs, IDLE)).toEqual([1, 0]);
});

test('what a row says nothing of is forbidden to it', () => {
  expect(assign([[5], [1, 2]], IDLE)).toEqual([0, 1]);
  expect(assign([[], [3, 1]], IDLE)).toEqual([undefined, 1]);
});

test('a row stays idle where all that is left costs more, or is forbidden', () => {
  expect(assign([[IDLE + 1]], IDLE)).toEqual([undefined]);
  expect(
    assign(
      [
        [Number.POSITIVE_INFINITY, 1],
        [2, 1],
      ],
      IDLE,
    ),
  ).toEqual([1, 0]);
  expect(assign([[1], [1]], IDLE).toSorted()).toEqual([0, undefined]);
});

test('nothing is nothing', () => {
  expect(assign([], IDLE)).toEqual([]);
});
