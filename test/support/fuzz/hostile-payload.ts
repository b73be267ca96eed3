import type { Random } from '../../../simulators/random.ts';
import { below, isBy, pick } from './pick.ts';

const NUMBERS =
  '1e999 -1e999 -0 1e-400 4.9e-324 1.7976931348623157e308 9007199254740993 1.0000000000000000000001 01 1. .5 +1 0x10 1_000 NaN Infinity -Infinity - --1 1e 1e+ 99999999999999999999999999999999 null true "42" [] {}'.split(
    ' ',
  );
const TEXTS = [
  '"OB DISCHRG"',
  '"OL"',
  '"OL OB"',
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"\\uD83D\\uDE42"',
  '"Київ\u202eабв"',
  '"a,b=c d\\"e\\\\"',
  '"line\\nline\\r\\tfield=1i"',
  '"\\\\"',
  '"unfinished',
  '"\\x"',
  `"${'x'.repeat(256)}"`,
  `"${'ї'.repeat(257)}"`,
];
const TIMES = [
  '0',
  '-1',
  '1.5',
  '1e12',
  '"2026-11-24T12:00:00Z"',
  '"2026-11-24T12:00:00"',
  '"2026-02-30T12:00:00Z"',
  '"2026-11-24T24:00:00+14:00"',
  '"yesterday"',
  '253402300800000',
  '9e99',
  'null',
  '{}',
];
const MEMBERS = [
  '"__proto__":{"ups.load":1}',
  '"__proto__":null',
  '"constructor":{"prototype":{}}',
  '"toString":1',
  '"":0',
  '"ups.load":7',
  '"ups.status":"OB"',
  '"online":true',
  '"backfill":"yes"',
  '"backfill":true',
  '"seq":-1',
  '"seq":1e99',
  '"ups.lo\\u0061d":9',
  '"ts":1',
  `"${'k'.repeat(5000)}":1`,
  '"\u202e\u0000":1',
  '"clock.offset":5',
];
const WHOLES = ['', ' ', 'null', 'true', '1', '"text"', '[]', '{}', '[{}]', '{"a"', '\ufeff{}'];
const MAX_PAYLOAD = 64 * 1024;
/** Deep enough to end a careless reader's stack. */
const DEEP = 20_000;

type Mutation = (payload: Buffer, random: Random) => Buffer;

/** A change of the text; what is no UTF-8 any more stays as it is in bytes. */
function onText(change: (text: string, random: Random) => string): Mutation {
  return (payload, random) => Buffer.from(change(payload.toString('latin1'), random), 'latin1');
}

const bytes = (text: string) => Buffer.from(text).toString('latin1');

/** One of the matches, at random, becomes another text. */
function replaceOne(text: string, pattern: RegExp, by: string, random: Random): string {
  const matches = [...text.matchAll(pattern)];
  const match = matches[below(random, matches.length)];
  if (match === undefined) return text;
  return text.slice(0, match.index) + by + text.slice(match.index + match[0].length);
}

const mutations: Mutation[] = [
  (payload, random) => {
    const flipped = Buffer.from(payload);
    for (let count = 1 + below(random, 8); count > 0 && flipped.length > 0; count -= 1) {
      const at = below(random, flipped.length);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << below(random, 8));
    }
    return flipped;
  },
  (payload, random) => payload.subarray(0, below(random, payload.length + 1)),
  (payload, random) => payload.subarray(below(random, payload.length + 1)),
  (payload, random) => {
    const at = below(random, payload.length + 1);
    const noise = Buffer.from(
      Array.from({ length: 1 + below(random, 9) }, () => below(random, 256)),
    );
    return Buffer.concat([payload.subarray(0, at), noise, payload.subarray(at)]);
  },
  (payload, random) => {
    const [from, to] = [below(random, payload.length + 1), below(random, payload.length + 1)];
    return Buffer.concat([payload.subarray(0, from), payload.subarray(to)]);
  },
  onText((text, random) => replaceOne(text, /-?\d[\d.]*/g, pick(random, NUMBERS), random)),
  onText((text, random) => replaceOne(text, /-?\d[\d.]*/g, pick(random, NUMBERS), random)),
  onText((text, random) => replaceOne(text, /"[A-Z ]+"/g, bytes(pick(random, TEXTS)), random)),
  onText((text, random) => text.replace(/"ts":[^,}]*/, `"ts":${pick(random, TIMES)}`)),
  onText((text, random) => replaceOne(text, /[,}]/g, `,${bytes(pick(random, MEMBERS))},`, random)),
  onText((text, random) => text.replace(/\}$/, `,${bytes(pick(random, MEMBERS))}}`)),
  onText((text, random) =>
    replaceOne(text, /[,:{}]/g, pick(random, [' ', '\n\t', ',,', ': :']), random),
  ),
  onText((_text, random) => bytes(pick(random, WHOLES))),
];

const rareMutations: Mutation[] = [
  (payload, random) => {
    const length = pick(random, [MAX_PAYLOAD - 1, MAX_PAYLOAD, MAX_PAYLOAD + 1, 3 * MAX_PAYLOAD]);
    return Buffer.concat([payload, Buffer.alloc(Math.max(0, length - payload.length), ' ')]);
  },
  onText((_text, random) => pick(random, ['[', '{"a":', '"\\u00']).repeat(1 + below(random, DEEP))),
  onText((text) => text.replace(/\}$/, `,"deep":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`)),
  onText((text) => text.replace('{', `{${'"ups.load":1,'.repeat(3000)}`)),
  (payload) => Buffer.from(payload.toString('utf8'), 'utf16le'),
  onText((text, random) => {
    const digits = '0'.repeat(pick(random, [20, 400, MAX_PAYLOAD - 600, MAX_PAYLOAD]));
    return replaceOne(
      text,
      /\d+/g,
      pick(random, [`1${digits}`, `1.${digits}`, `0.${digits}1`]),
      random,
    );
  }),
];

const RARE = 0.004;

const AGAIN = 0.3;

/** A payload with a thing or more wrong with it, or that looks wrong and is not. */
export function mutatePayload(payload: Buffer, random: Random): Buffer {
  let mutated = payload;
  do mutated = pick(random, isBy(random, RARE) ? rareMutations : mutations)(mutated, random);
  while (isBy(random, AGAIN));
  return mutated;
}
