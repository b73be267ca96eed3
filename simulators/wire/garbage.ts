import type { Random } from '../random.ts';

/** Ways in which a payload goes bad on a real line; each is rejected whole by the contract. */
const spoil: readonly ((payload: string, random: Random) => string | Buffer)[] = [
  (payload) => payload.slice(0, Math.floor(payload.length / 2)),
  (payload) => `\u0000${payload}`,
  () => '',
  () => '[1,2,3]',
  () => 'null',
  (payload) => Buffer.concat([Buffer.from(payload.slice(0, -2)), Buffer.from([0xff, 0xfe, 0xc0])]),
  (payload) => payload.replace(/"ts":-?\d+/, '"ts":"yesterday"'),
  (_payload, random) =>
    Buffer.from(Array.from({ length: 64 }, () => Math.floor(random.next() * 256) | 0x80)),
  () => `{"ts":${'9'.repeat(400)}}`,
  (payload) => `${payload}${' '.repeat(70_000)}`,
];

/** The payload as a bad line leaves it: never a message again. */
export function garble(payload: string, random: Random): string | Buffer {
  const way = spoil[Math.floor(random.next() * spoil.length)];
  return way === undefined ? '' : way(payload, random);
}
