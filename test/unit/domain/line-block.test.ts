import { describe, expect, it } from 'vitest';
import {
  blockOf,
  firstTimeOf,
  freeBlock,
  halvesOf,
  joinBlocks,
  linesOf,
  timeOf,
  viewOf,
} from '../../../src/domain/line-block.ts';

const LINES = ['ups ups.load=1 1764000000001', 'ups ups.status="На батареї" 2', 'power x=1 3'];

describe('blocks of lines', () => {
  it('joined are one block of the same lines in order, empty ones left out', () => {
    const [first = '', ...rest] = LINES;
    const joined = joinBlocks([
      blockOf([first]),
      { bytes: Buffer.alloc(0), count: 0 },
      blockOf(rest),
    ]);
    expect(joined.count).toBe(3);
    expect(linesOf(joined)).toEqual(LINES);
  });

  it('joined of nothing are nothing', () => {
    expect(joinBlocks([])).toEqual({ bytes: Buffer.alloc(0), count: 0 });
    expect(linesOf(joinBlocks([]))).toEqual([]);
  });

  it('in halves have each line once', () => {
    const [first, second] = halvesOf(blockOf(LINES));
    expect([linesOf(first), linesOf(second)]).toEqual([LINES.slice(0, 1), LINES.slice(1)]);
  });
});

describe('a block that nobody reads any more', () => {
  it('gives its memory back', () => {
    const bytes = new Uint8Array(8);
    const { buffer } = bytes;
    freeBlock({ bytes });
    expect(buffer.detached).toBe(true);
  });

  it('leaves memory alone that others have a part of', () => {
    const whole = new Uint8Array(8);
    const shared = new Uint8Array(new SharedArrayBuffer(8));
    for (const bytes of [whole.subarray(4), shared]) {
      freeBlock({ bytes });
      expect(bytes.length).toBeGreaterThan(0);
    }
    expect(whole).toHaveLength(8);
  });
});

describe('times', () => {
  it('are the last word of a line', () => {
    expect(LINES.map(timeOf)).toEqual([1_764_000_000_001, 2, 3]);
    expect(viewOf(LINES[1] ?? '')).toMatchObject({
      length: Buffer.byteLength(LINES[1] ?? ''),
      ts: 2,
    });
  });

  it('of a block are told by its first line, where it has one line or more', () => {
    expect(firstTimeOf(blockOf(LINES))).toBe(1_764_000_000_001);
    expect(firstTimeOf(blockOf(LINES.slice(2)))).toBe(3);
  });
});
