import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LedgerPlace, Mark } from '../../../../src/domain/outage/mark.ts';
import { spansOf } from './oracle.ts';
import { METERED, ONE_UPS, Play, type Saying, TWO_UPS } from './play.ts';

const INTERVAL = 10;

/** How a message fares: it arrives at once, or is sent again later, or never arrives. */
type Fate = 'live' | 'late' | 'lost';

const truth = fc.array(
  fc.record({
    lengthSeconds: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 41, max: 400 })),
    /** Which of the devices have lost the mains, a bit for each. */
    lost: fc.oneof(fc.constant(0), fc.constant(7), fc.integer({ min: 0, max: 7 })),
    isOnGenerator: fc.boolean(),
    fate: fc.constantFrom<Fate>('live', 'live', 'live', 'late', 'lost'),
  }),
  { minLength: 1, maxLength: 12 },
);

const place = fc.constantFrom<LedgerPlace>(ONE_UPS, METERED, TWO_UPS);

/** What all devices say of the truth, at every interval and at every change, each in its own time. */
function sayingsOf(
  { ups, supplies }: LedgerPlace,
  parts: readonly (typeof truth extends fc.Arbitrary<(infer P)[]> ? P : never)[],
): (Saying & { fate: Fate })[] {
  return [...ups, ...supplies].flatMap(({ id }, index) => {
    const sayings: (Saying & { fate: Fate })[] = [];
    const ownLag = index * 1.5;
    let begin = 100;
    let before: Mark | undefined;
    for (const { lengthSeconds, lost, isOnGenerator, fate } of parts) {
      const isLost = ((lost >> index) & 1) === 1;
      const isCarried = isLost && id === 'supply' && isOnGenerator;
      const mark = isCarried ? 'generator' : isLost ? 'lost' : 'mains';
      const end = begin + lengthSeconds;
      if (mark !== before) sayings.push({ device: id, seconds: begin + ownLag, mark, fate });
      before = mark;
      const first = Math.ceil(begin / INTERVAL) * INTERVAL;
      for (let seconds = first; seconds < end; seconds += INTERVAL) {
        if (seconds > begin) sayings.push({ device: id, seconds: seconds + ownLag, mark, fate });
      }
      begin = end;
    }
    return sayings;
  });
}

interface Delivery {
  place: LedgerPlace;
  /** In the order of receipt. */
  received: Saying[];
  end: number;
}

/** Single messages are lost or late beside whole parts; what is late comes in any order, some twice. */
const delivery: fc.Arbitrary<Delivery> = fc
  .record({ place, parts: truth, noise: fc.infiniteStream(fc.integer({ min: 0, max: 19 })) })
  .map(({ place, parts, noise }) => {
    const next = () => noise.next().value as number;
    const told = sayingsOf(place, parts).map((saying) => {
      const draw = next();
      const fate = draw === 0 ? 'lost' : draw <= 2 ? 'late' : saying.fate;
      return { ...saying, fate, order: 0 };
    });
    const end = Math.max(...told.map(({ seconds }) => seconds)) + 200;
    const received: (Saying & { order: number })[] = [];
    for (const { fate, ...saying } of told) {
      if (fate === 'live') received.push({ ...saying, order: saying.seconds });
      if (fate !== 'late') continue;
      const order = () => saying.seconds + ((end - saying.seconds) * next()) / 20;
      received.push({ ...saying, isLate: true, order: order() });
      if (next() < 3) received.push({ ...saying, isLate: true, order: order() });
    }
    received.sort((one, other) => one.order - other.order);
    return { place, received: received.map(({ order: _, ...saying }) => saying), end };
  });

/** What arrived, each word once, in the order of its time and as if it had been live. */
function inOrder(received: readonly Saying[]): Saying[] {
  const once = new Map(received.map((one) => [`${one.device} ${one.seconds}`, one]));
  return [...once.values()]
    .map((saying) => ({ ...saying, isLate: false }))
    .sort((one, other) => one.seconds - other.seconds);
}

function play(
  { place, end }: Delivery,
  sayings: readonly Saying[],
  { restartAfter = -1, isKilled = false } = {},
): Play {
  const game = new Play(place);
  let now = 0;
  sayings.forEach((saying, index) => {
    now = Math.max(now, saying.seconds);
    game.say(saying, now);
    if (index === restartAfter) game.restart(now, !isKilled);
    game.tick(now);
  });
  game.tick(end);
  game.take(end, true);
  game.tick(end + 60);
  return game;
}

function bodies(game: Play): unknown[] {
  return game.list.map(({ id: _, isLate: __, ...row }) => row);
}

it('finds the interruptions that the rules themselves find in what was said', () => {
  fc.assert(
    fc.property(delivery, (given) => {
      const game = play(given, given.received);
      const expected = spansOf(given.place, inOrder(given.received), given.end + 60);
      expect(game.spans).toEqual(expected);
    }),
    { numRuns: 800, seed: 5 },
  );
});

it('tells of late words in any order what it tells of the same words in order', () => {
  fc.assert(
    fc.property(delivery, (given) => {
      const late = play(given, given.received);
      expect(bodies(late)).toEqual(bodies(play(given, inOrder(given.received))));
    }),
    { numRuns: 500, seed: 6 },
  );
});

it('is not put out by a restart in the middle', () => {
  fc.assert(
    fc.property(delivery, fc.nat({ max: 99 }), (given, percent) => {
      const words = inOrder(given.received);
      const after = Math.floor((words.length * percent) / 100);
      const restarted = play(given, words, { restartAfter: after });
      expect(restarted.list).toEqual(play(given, words).list);
    }),
    { numRuns: 300, seed: 7 },
  );
});

it('finds the same interruptions where the process is killed in the middle', () => {
  fc.assert(
    fc.property(delivery, fc.nat({ max: 99 }), (given, percent) => {
      const words = inOrder(given.received);
      const restartAfter = Math.floor((words.length * percent) / 100);
      const killed = play(given, words, { restartAfter, isKilled: true });
      expect(killed.spans).toEqual(play(given, words).spans);
    }),
    { numRuns: 500, seed: 9 },
  );
});
