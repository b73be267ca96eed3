import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScannerShare } from '../../../../src/contract/outage.ts';
import type { LedgerPlace, Mark } from '../../../../src/domain/outage/mark.ts';
import { METERED, ONE_UPS, Play, type Saying } from './play.ts';

/** The one scanner's share of the one interruption, which lasts from 100 to 200 s. */
function shareOf(place: LedgerPlace, sayings: readonly Saying[]): Partial<ScannerShare> {
  const play = new Play(place);
  for (const saying of sayings.toSorted((one, other) => one.seconds - other.seconds)) {
    play.say(saying);
    play.tick(saying.seconds + 1);
  }
  expect(play.spans).toEqual([[100, 200]]);
  const {
    device: _,
    donor: __,
    ...share
  } = play.list.flatMap(({ scanners }) => scanners)[0] as ScannerShare;
  return Object.fromEntries(Object.entries(share).filter(([, seconds]) => seconds !== 0));
}

function keep(device: string, mark: Mark, from: number, to: number): Saying[] {
  const sayings: Saying[] = [];
  for (let seconds = from; seconds <= to; seconds += 10) sayings.push({ device, seconds, mark });
  return sayings;
}

const cut = [...keep('ups-1', 'lost', 100, 190), ...keep('ups-1', 'mains', 200, 200)];
/** By the meter alone. */
const metered = [
  ...keep('supply', 'mains', 0, 90),
  ...keep('supply', 'lost', 100, 190),
  ...keep('supply', 'mains', 200, 200),
];
const carried = metered.map((saying): Saying => {
  return saying.seconds > 100 && saying.mark === 'lost' ? { ...saying, mark: 'generator' } : saying;
});

describe('what became of a scanner', () => {
  it('ran from its UPS', () => {
    expect(shareOf(ONE_UPS, [...keep('scanner-1', 'on', 0, 200), ...cut])).toEqual({
      upsSeconds: 100,
    });
  });

  it('was off, whether it or its dead UPS told so, also by silence after that', () => {
    expect(shareOf(ONE_UPS, [...keep('scanner-1', 'off', 120, 120), ...cut])).toEqual({
      upsSeconds: 20,
      offSeconds: 80,
    });
    const dead = [...keep('ups-1', 'lost', 100, 130), ...keep('ups-1', 'off', 140, 140)];
    expect(shareOf(ONE_UPS, [...dead, ...keep('ups-1', 'mains', 200, 200)])).toEqual({
      upsSeconds: 40,
      offSeconds: 60,
    });
  });

  it('had been switched off, heard or not, and was on again', () => {
    const scanner = [
      ...keep('scanner-1', 'planned_off', 50, 50),
      ...keep('scanner-1', 'on', 170, 170),
    ];
    expect(shareOf(ONE_UPS, [...scanner, ...cut])).toEqual({
      plannedOffSeconds: 70,
      upsSeconds: 30,
    });
  });

  it('is unseen where neither it nor its UPS is heard', () => {
    const sayings = [...keep('ups-1', 'lost', 100, 100), ...keep('ups-1', 'mains', 200, 200)];
    expect(shareOf(ONE_UPS, [...sayings, ...keep('scanner-1', 'unknown', 0, 200)])).toEqual({
      upsSeconds: 15,
      unseenSeconds: 85,
    });
    const scanner = [...keep('scanner-1', 'on', 150, 170)];
    expect(shareOf(ONE_UPS, [...sayings, ...scanner])).toEqual({
      upsSeconds: 50,
      unseenSeconds: 50,
    });
  });

  it('runs from a generator where its UPS has mains again while the site has not', () => {
    const ups = [...keep('ups-1', 'lost', 101, 111), ...keep('ups-1', 'mains', 121, 200)];
    expect(shareOf(METERED, [...keep('ups-1', 'mains', 0, 91), ...ups, ...metered])).toEqual({
      upsSeconds: 21,
      generatorSeconds: 79,
    });
  });

  it('runs from a generator where its UPS never lost its input', () => {
    expect(shareOf(METERED, [...keep('ups-1', 'mains', 0, 200), ...metered])).toEqual({
      generatorSeconds: 100,
    });
  });

  it('is on, of a UPS that nobody ever heard: by that, or by the generator that the meter tells of', () => {
    const scanner = keep('scanner-1', 'on', 0, 200);
    expect(shareOf(METERED, [...scanner, ...metered])).toEqual({ upsSeconds: 100 });
    expect(shareOf(METERED, [...scanner, ...carried])).toEqual({
      upsSeconds: 10,
      generatorSeconds: 90,
    });
  });

  it('has no UPS: it runs from what is not the mains', () => {
    const bare = { ...METERED, scanners: [{ id: 'scanner-1', poweredBy: [] }] };
    expect(shareOf(bare, [...keep('scanner-1', 'on', 0, 200), ...metered])).toEqual({
      generatorSeconds: 100,
    });
    expect(shareOf(bare, metered)).toEqual({ unseenSeconds: 100 });
  });

  it('is on a generator as soon as the meter says so, though its UPS has not told of the loss', () => {
    const ups = [...keep('ups-1', 'mains', 0, 140), ...keep('ups-1', 'lost', 150, 150)];
    const all = [...ups, ...keep('ups-1', 'mains', 160, 200)];
    expect(shareOf(METERED, [...all, ...carried])).toEqual({
      upsSeconds: 20,
      generatorSeconds: 80,
    });
  });

  it('runs while one of its two UPSs does', () => {
    const place = {
      ups: [{ id: 'ups-1' }, { id: 'ups-2' }],
      supplies: [],
      scanners: [{ id: 'scanner-1', poweredBy: ['ups-1', 'ups-2'] }],
    };
    const other = [
      ...keep('ups-2', 'lost', 100, 120),
      ...keep('ups-2', 'off', 130, 190),
      ...keep('ups-2', 'mains', 200, 200),
    ];
    expect(shareOf(place, [...cut, ...other])).toEqual({ upsSeconds: 100 });
  });
});

it('accounts for every second of an interruption', () => {
  const mark = fc.constantFrom<Mark>('mains', 'lost', 'off', 'test', 'unknown', 'generator');
  const scannerMark = fc.constantFrom<Mark>('on', 'off', 'planned_off', 'unknown');
  const step = fc.record({
    wait: fc.integer({ min: 1, max: 60 }),
    mark,
    scannerMark,
    who: fc.nat(2),
  });
  const devices = ['ups-1', 'supply', 'scanner-1'];
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const play = new Play(METERED);
      let seconds = 0;
      for (const { wait, mark, scannerMark, who } of steps) {
        seconds += wait;
        const device = devices[who] as string;
        play.say({ device, seconds, mark: who === 2 ? scannerMark : mark });
      }
      play.tick(seconds + 60);
      for (const row of play.list) {
        const { device: _, donor: __, ...share } = row.scanners[0] as ScannerShare;
        const sum = Object.values(share).reduce((total, part) => total + part, 0);
        const length = ((row.endedAt ?? row.startedAt + sum * 1000) - row.startedAt) / 1000;
        expect(sum).toBeCloseTo(length, 6);
        expect(row.coverage).toBeGreaterThanOrEqual(0);
        expect(row.coverage).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 300, seed: 8 },
  );
});

it('tells what share of an interruption was seen', () => {
  const play = new Play(ONE_UPS);
  play.keep('ups-1', 'lost', 100, 145);
  play.say({ device: 'ups-1', seconds: 500, mark: 'lost' });
  play.say({ device: 'ups-1', seconds: 600, mark: 'mains' });
  // 100–140 and the 15 s for which the last word vouches, and 15 s after the one at 500.
  expect(play.list[0]?.coverage).toBeCloseTo((40 + 15 + 15) / 500, 9);
});
