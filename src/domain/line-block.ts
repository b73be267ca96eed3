/** A line of line protocol in UTF-8: the first `length` bytes. Valid during the call alone. */
export interface LineView {
  bytes: Buffer;
  length: number;
  /** The point's time, which ends the line (ms since 1970 UTC). */
  ts: number;
}

/** Lines of line protocol in UTF-8 with ms precision, with a newline between them. */
export interface LineBlock {
  bytes: Uint8Array;
  count: number;
}

const NEWLINE = 0x0a;

/** The lines of all blocks as one, in a buffer of its own. */
export function joinBlocks(blocks: readonly LineBlock[]): LineBlock {
  const filled = blocks.filter(({ count }) => count > 0);
  const length = filled.reduce((sum, { bytes }) => sum + bytes.length + 1, 0);
  const bytes = Buffer.alloc(Math.max(0, length - 1), NEWLINE);
  let [at, count] = [0, 0];
  for (const block of filled) {
    bytes.set(block.bytes, at);
    at += block.bytes.length + 1;
    count += block.count;
  }
  return { bytes, count };
}

/** The first half of the lines and the others; of two lines at least. */
export function halvesOf({ bytes, count }: LineBlock): [LineBlock, LineBlock] {
  const middle = count >> 1;
  let end = -1;
  for (let line = 0; line < middle; line += 1) end = bytes.indexOf(NEWLINE, end + 1);
  return [
    { bytes: bytes.subarray(0, end), count: middle },
    { bytes: bytes.subarray(end + 1), count: count - middle },
  ];
}

export function linesOf({ bytes, count }: LineBlock): string[] {
  if (count === 0) return [];
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString().split('\n');
}

export function blockOf(lines: readonly string[]): LineBlock {
  return { bytes: Buffer.from(lines.join('\n')), count: lines.length };
}

/** The time that ends a line (ms since 1970 UTC). */
export function timeOf(line: string): number {
  return Number(line.slice(line.lastIndexOf(' ') + 1));
}

/** The time of the first line (ms since 1970 UTC); of one line at least. */
export function firstTimeOf({ bytes }: LineBlock): number {
  const end = bytes.indexOf(NEWLINE);
  return timeOf(Buffer.from(bytes.subarray(0, end === -1 ? undefined : end)).toString());
}

export function viewOf(line: string): LineView {
  const bytes = Buffer.from(line);
  return { bytes, length: bytes.length, ts: timeOf(line) };
}
