import { describe, expect, it } from 'vitest';
import type { LedgerPlace } from '../../../../src/domain/outage/mark.ts';
import { at, METERED, ONE_UPS, Play, TWO_UPS } from './play.ts';

const FOUR_UPS: LedgerPlace = {
  ups: [1, 2, 3, 4].map((index) => ({ id: `ups-${index}` })),
  supplies: [],
  scanners: [],
};

describe('a site with one UPS', () => {
  it('is interrupted from the first word of the loss to the first word of the return', () => {
    const play = new Play(ONE_UPS);
    play.keep('ups-1', 'mains', 0, 100);
    play.keep('ups-1', 'lost', 103, 403);
    expect(play.ledger.open()).toMatchObject([{ id: `krakivets:${at(103)}`, startedAt: at(103) }]);
    play.keep('ups-1', 'mains', 405, 500);
    expect(play.spans).toEqual([[103, 405]]);
    expect(play.list).toMatchObject([
      { site: 'krakivets', evidence: ['ups-1'], isLate: false, duration: 'sustained', coverage: 1 },
    ]);
    expect(play.ledger.open()).toEqual([]);
  });

  it('has a row for every flap', () => {
    const play = new Play(ONE_UPS);
    for (let flap = 0; flap < 8; flap += 1) {
      play.say({ device: 'ups-1', seconds: flap * 10, mark: 'lost' });
      play.say({ device: 'ups-1', seconds: flap * 10 + 4, mark: 'mains' });
    }
    expect(play.spans).toEqual(Array.from({ length: 8 }, (_, flap) => [flap * 10, flap * 10 + 4]));
    expect(play.list.every(({ duration }) => duration === 'momentary')).toBe(true);
  });

  it('is not interrupted by a test, nor by silence, nor by what is not known', () => {
    const play = new Play(ONE_UPS);
    play.keep('ups-1', 'mains', 0, 50);
    play.keep('ups-1', 'test', 55, 300);
    play.say({ device: 'ups-1', seconds: 310, mark: 'unknown' });
    play.tick(900);
    play.say({ device: 'ups-1', seconds: 1000, mark: 'mains' });
    expect(play.list).toEqual([]);
  });

  it('is still interrupted while it is silent, not known or dead', () => {
    const play = new Play(ONE_UPS);
    play.say({ device: 'ups-1', seconds: 0, mark: 'lost' });
    play.say({ device: 'ups-1', seconds: 10, mark: 'unknown' });
    play.tick(5000);
    play.say({ device: 'ups-1', seconds: 6000, mark: 'off' });
    play.tick(6500);
    expect(play.spans).toEqual([[0, undefined]]);
    play.say({ device: 'ups-1', seconds: 7000, mark: 'mains' });
    expect(play.spans).toEqual([[0, 7000]]);
  });

  it('moves an end back to the truth that comes late', () => {
    const play = new Play(ONE_UPS);
    play.keep('ups-1', 'lost', 0, 60);
    play.say({ device: 'ups-1', seconds: 2000, mark: 'mains' });
    const [before] = play.list;
    for (let seconds = 1500; seconds < 2000; seconds += 10) {
      play.say({ device: 'ups-1', seconds, mark: 'mains', isLate: true }, 2005);
    }
    play.tick(2010);
    expect(play.spans).toEqual([[0, 1500]]);
    expect(play.list[0]?.id).toBe(before?.id);
    expect(play.list[0]?.isLate).toBe(false);
  });

  it('splits and merges rows as late words want it, and names those that vanish', () => {
    const play = new Play(ONE_UPS);
    play.say({ device: 'ups-1', seconds: 0, mark: 'lost' });
    play.say({ device: 'ups-1', seconds: 1000, mark: 'mains' });
    play.say({ device: 'ups-1', seconds: 500, mark: 'mains', isLate: true }, 1010);
    play.say({ device: 'ups-1', seconds: 600, mark: 'lost', isLate: true }, 1012);
    play.tick(1020);
    expect(play.spans).toEqual([
      [0, 500],
      [600, 1000],
    ]);
    play.say({ device: 'ups-1', seconds: 1500, mark: 'lost' });
    play.say({ device: 'ups-1', seconds: 1600, mark: 'mains' });
    const [first, second, third] = play.list.map(({ id }) => id);
    // What it said at 1000 was not so: the verdict of the loss reaches back.
    play.say({ device: 'ups-1', seconds: 1700, mark: 'lost', since: 600 });
    expect(play.spans).toEqual([
      [0, 500],
      [600, undefined],
    ]);
    expect(play.list.map(({ id }) => id)).toEqual([first, second]);
    expect(play.removed).toEqual([third]);
  });

  it('takes back a return that turns out to be false', () => {
    const play = new Play(ONE_UPS);
    play.keep('ups-1', 'lost', 0, 100);
    play.keep('ups-1', 'mains', 110, 170);
    expect(play.spans).toEqual([[0, 110]]);
    play.say({ device: 'ups-1', seconds: 180, mark: 'lost', since: 110 });
    expect(play.spans).toEqual([[0, undefined]]);
    // A late copy of what it said then does not bring the return back.
    play.say({ device: 'ups-1', seconds: 145, mark: 'mains', isLate: true }, 185);
    play.tick(190);
    expect(play.spans).toEqual([[0, undefined]]);
  });

  it('takes back a part of what it said, where the verdict begins within it', () => {
    const play = new Play(ONE_UPS);
    play.keep('ups-1', 'mains', 0, 100);
    play.say({ device: 'ups-1', seconds: 105, mark: 'lost', since: 62 });
    expect(play.spans).toEqual([[62, undefined]]);
    play.say({ device: 'ups-1', seconds: 110, mark: 'mains', since: 71 });
    expect(play.spans).toEqual([[62, 71]]);
  });

  it('begins where a live verdict says, if nothing was said since', () => {
    const play = new Play(ONE_UPS);
    play.say({ device: 'ups-1', seconds: 0, mark: 'mains' });
    play.say({ device: 'ups-1', seconds: 10, mark: 'lost', since: 8 });
    play.say({ device: 'ups-1', seconds: 20, mark: 'lost', since: 9 });
    play.say({ device: 'ups-1', seconds: 500, mark: 'mains', since: 400 });
    expect(play.spans).toEqual([[8, 400]]);
  });

  it('takes a verdict on a dead output for no word on when the input was lost', () => {
    const play = new Play(ONE_UPS);
    play.say({ device: 'ups-1', seconds: 0, mark: 'lost', since: 0 });
    play.say({ device: 'ups-1', seconds: 10, mark: 'mains' });
    play.say({ device: 'ups-1', seconds: 20, mark: 'lost', since: 0 });
    play.say({ device: 'ups-1', seconds: 30, mark: 'off', since: 0 });
    play.say({ device: 'ups-1', seconds: 40, mark: 'mains' });
    play.say({ device: 'ups-1', seconds: 50, mark: 'off', since: 0 });
    play.take(60);
    expect(play.spans).toEqual([[0, undefined]]);
    expect(play.list[0]?.scanners[0]).toMatchObject({ upsSeconds: 40, offSeconds: 10 });
  });

  it('follows a clock that was ahead and steps back', () => {
    const play = new Play(ONE_UPS);
    play.keep('ups-1', 'mains', 0, 240);
    play.say({ device: 'ups-1', seconds: 240, mark: 'lost' }, 12);
    play.say({ device: 'ups-1', seconds: 250, mark: 'lost' }, 20);
    play.say({ device: 'ups-1', seconds: 30, mark: 'lost' });
    play.say({ device: 'ups-1', seconds: 40, mark: 'lost' });
    expect(play.spans).toEqual([[30, undefined]]);
    play.say({ device: 'ups-1', seconds: 300, mark: 'mains' });
    expect(play.spans).toEqual([[30, 300]]);
  });

  it('forgets all that a clock ahead said of a time that had not come', () => {
    const play = new Play(ONE_UPS);
    play.say({ device: 'ups-1', seconds: 240, mark: 'lost' }, 12);
    play.say({ device: 'ups-1', seconds: 30, mark: 'mains' });
    play.say({ device: 'ups-1', seconds: 40, mark: 'mains' });
    expect(play.list).toEqual([]);
    expect(play.removed).toEqual([`krakivets:${at(240)}`]);
  });

  it('goes by the interval where it has forgotten the single words of a run', () => {
    const play = new Play(ONE_UPS);
    play.keep('ups-1', 'mains', 0, 100);
    play.restart(100);
    play.say({ device: 'ups-1', seconds: 43, mark: 'lost', isLate: true }, 101);
    play.tick(102);
    expect(play.spans).toEqual([[43, 53]]);
    play.say({ device: 'ups-1', seconds: 110, mark: 'lost', since: 72 });
    expect(play.spans).toEqual([
      [43, 53],
      [72, undefined],
    ]);
  });

  it('takes a live word from long ago for one of now', () => {
    const play = new Play(ONE_UPS);
    play.keep('ups-1', 'mains', 5000, 5100);
    play.say({ device: 'ups-1', seconds: 1500, mark: 'lost', since: 1400 }, 5105);
    play.say({ device: 'ups-1', seconds: 1505, mark: 'mains' }, 5110);
    expect(play.spans).toEqual([[5105, 5110]]);
  });

  it('lets the later of two live words for one time count, and the first of two late ones', () => {
    const play = new Play(ONE_UPS);
    play.keep('ups-1', 'mains', 0, 50);
    play.say({ device: 'ups-1', seconds: 55, mark: 'lost' });
    play.say({ device: 'ups-1', seconds: 55, mark: 'mains' });
    play.say({ device: 'ups-1', seconds: 65, mark: 'mains' });
    play.say({ device: 'ups-1', seconds: 65, mark: 'lost' });
    play.tick(66);
    expect(play.spans).toEqual([[65, undefined]]);
    play.say({ device: 'ups-1', seconds: 65, mark: 'mains', isLate: true }, 66);
    play.say({ device: 'ups-1', seconds: 30, mark: 'lost', isLate: true }, 67);
    play.tick(69);
    expect(play.spans).toEqual([[65, undefined]]);
  });
});

describe('a site with a supply meter', () => {
  it('counts three hours whole although a generator carries the UPS after 30 s', () => {
    const play = new Play(METERED);
    play.keep('ups-1', 'mains', 0, 600);
    play.keep('supply', 'mains', 0, 600);
    const end = 600 + 3 * 3600;
    for (let seconds = 601; seconds < end; seconds += 10) {
      const isCarried = seconds >= 631;
      play.say({ device: 'supply', seconds, mark: isCarried ? 'generator' : 'lost' });
      play.say({ device: 'ups-1', seconds: seconds + 1, mark: isCarried ? 'mains' : 'lost' });
      play.tick(seconds + 2);
    }
    expect(play.spans).toEqual([[601, undefined]]);
    play.say({ device: 'supply', seconds: 601 + 3 * 3600, mark: 'mains' });
    expect(play.list).toHaveLength(1);
    const [row] = play.list;
    expect(((row?.endedAt ?? 0) - (row?.startedAt ?? 0)) / 60_000).toBe(180);
    expect(row).toMatchObject({
      generatorSeconds: 3 * 3600 - 30,
      evidence: ['supply', 'ups-1'],
      coverage: 1,
      scanners: [{ device: 'scanner-1', donor: 'EU', upsSeconds: 31 }],
    });
    expect(row?.scanners[0]?.generatorSeconds).toBe(3 * 3600 - 31);
  });

  it('begins where its UPS told first, and lasts until both have the mains', () => {
    const play = new Play(METERED);
    play.say({ device: 'supply', seconds: 0, mark: 'mains' });
    play.say({ device: 'ups-1', seconds: 2, mark: 'mains' });
    play.say({ device: 'ups-1', seconds: 7, mark: 'lost' });
    play.say({ device: 'supply', seconds: 10, mark: 'lost' });
    play.say({ device: 'supply', seconds: 100, mark: 'mains' });
    expect(play.spans).toEqual([[7, undefined]]);
    play.say({ device: 'ups-1', seconds: 104, mark: 'mains' });
    expect(play.spans).toEqual([[7, 104]]);
  });

  it('ends by the UPS alone where the meter was not heard in it', () => {
    const play = new Play(METERED);
    play.say({ device: 'supply', seconds: 0, mark: 'mains' });
    play.say({ device: 'ups-1', seconds: 1000, mark: 'lost' });
    play.say({ device: 'ups-1', seconds: 1100, mark: 'mains' });
    expect(play.spans).toEqual([[1000, 1100]]);
  });

  it('waits for a meter that told of the loss and fell silent', () => {
    const play = new Play(METERED);
    play.say({ device: 'supply', seconds: 0, mark: 'lost' });
    play.say({ device: 'ups-1', seconds: 0, mark: 'lost' });
    play.say({ device: 'ups-1', seconds: 100, mark: 'mains' });
    play.tick(5000);
    expect(play.spans).toEqual([[0, undefined]]);
    play.say({ device: 'supply', seconds: 5500, mark: 'mains' });
    expect(play.spans).toEqual([[0, 5500]]);
  });

  it('is not interrupted while another meter has mains', () => {
    const place = { ...METERED, supplies: [{ id: 'supply-a' }, { id: 'supply-b' }] };
    const play = new Play(place);
    play.say({ device: 'supply-a', seconds: 0, mark: 'mains' });
    play.keep('supply-b', 'mains', 0, 95);
    play.keep('supply-a', 'lost', 50, 95);
    expect(play.list).toEqual([]);
    play.say({ device: 'supply-b', seconds: 100, mark: 'lost' });
    play.say({ device: 'supply-b', seconds: 200, mark: 'mains' });
    expect(play.spans).toEqual([[100, 200]]);
  });
});

describe('a site with several UPSs', () => {
  it('is not interrupted where one of two that are heard is', () => {
    const play = new Play(TWO_UPS);
    for (let seconds = 0; seconds <= 600; seconds += 10) {
      play.say({ device: 'ups-1', seconds, mark: seconds < 100 ? 'mains' : 'lost' });
      play.say({ device: 'ups-2', seconds: seconds + 1, mark: 'mains' });
      play.tick(seconds + 2);
    }
    expect(play.list).toEqual([]);
  });

  it('is interrupted from the earliest of those that lose it within 30 s', () => {
    const play = new Play(FOUR_UPS);
    for (const { id } of FOUR_UPS.ups) play.keep(id, 'mains', 0, 50);
    play.say({ device: 'ups-1', seconds: 51, mark: 'lost' });
    expect(play.list).toEqual([]);
    play.say({ device: 'ups-3', seconds: 79, mark: 'lost' });
    expect(play.spans).toEqual([[51, undefined]]);
    play.say({ device: 'ups-1', seconds: 90, mark: 'mains' });
    expect(play.spans).toEqual([[51, undefined]]);
    play.say({ device: 'ups-3', seconds: 95, mark: 'mains' });
    expect(play.spans).toEqual([[51, 95]]);
    expect(play.list[0]?.evidence).toEqual(['ups-1', 'ups-3']);
  });

  it('is not interrupted by a slow cascade until none has mains any more', () => {
    const play = new Play(FOUR_UPS);
    const lossAt = (index: number) => 100 + index * 60;
    for (let seconds = 0; seconds <= 400; seconds += 10) {
      FOUR_UPS.ups.forEach(({ id }, index) => {
        play.say({ device: id, seconds, mark: seconds < lossAt(index) ? 'mains' : 'lost' });
      });
      if (seconds === 270) expect(play.list).toEqual([]);
    }
    expect(play.spans).toEqual([[280, undefined]]);
  });

  it('is interrupted by the only one that is heard', () => {
    const play = new Play(TWO_UPS);
    play.say({ device: 'ups-1', seconds: 0, mark: 'mains' });
    play.say({ device: 'ups-1', seconds: 10, mark: 'lost' });
    expect(play.spans).toEqual([[10, undefined]]);
  });

  it('is interrupted from the begin where the other fell silent just then', () => {
    const play = new Play(TWO_UPS);
    play.say({ device: 'ups-2', seconds: 98, mark: 'mains' });
    play.keep('ups-1', 'lost', 100, 120);
    play.tick(125);
    expect(play.list).toEqual([]);
    play.tick(129);
    expect(play.spans).toEqual([[100, undefined]]);
    // It had only been late to speak.
    play.say({ device: 'ups-2', seconds: 129, mark: 'mains' }, 129.5);
    play.tick(130);
    expect(play.list).toEqual([]);
    expect(play.removed).toEqual([`krakivets:${at(100)}`]);
  });

  it('is interrupted where the other does not know', () => {
    const play = new Play(TWO_UPS);
    play.say({ device: 'ups-2', seconds: 0, mark: 'unknown' });
    play.say({ device: 'ups-1', seconds: 1, mark: 'mains' });
    play.say({ device: 'ups-1', seconds: 5, mark: 'lost' });
    play.say({ device: 'ups-2', seconds: 8, mark: 'unknown' });
    play.tick(10);
    expect(play.spans).toEqual([[5, undefined]]);
  });

  it('is interrupted from the begin where the other did not know any more just then', () => {
    const play = new Play(TWO_UPS);
    play.say({ device: 'ups-2', seconds: 98, mark: 'mains' });
    play.say({ device: 'ups-1', seconds: 100, mark: 'lost' });
    play.say({ device: 'ups-2', seconds: 103, mark: 'unknown' });
    expect(play.spans).toEqual([[100, undefined]]);
  });

  it('does not wait for a UPS that was out of order before', () => {
    const play = new Play(FOUR_UPS);
    play.keep('ups-4', 'lost', 0, 500);
    for (const { id } of FOUR_UPS.ups.slice(0, 3)) {
      play.keep(id, 'mains', 0, 300);
      play.keep(id, 'lost', 305, 400);
      play.keep(id, 'mains', 405, 500);
    }
    expect(play.spans).toEqual([[305, 405]]);
    expect(play.list[0]?.evidence).toEqual(['ups-1', 'ups-2', 'ups-3']);
  });
});

describe('what people say', () => {
  it('keeps an interruption open that a generator hides, until they say it is over', () => {
    const play = new Play(ONE_UPS);
    play.say({ device: 'ups-1', seconds: 0, mark: 'lost' });
    play.say({ device: 'ups-1', seconds: 60, mark: 'mains' });
    expect(play.spans).toEqual([[0, 60]]);
    // Written down four minutes after it began to carry.
    play.ledger.testify('krakivets', 'generator_connected', at(300), at(301));
    play.take(301);
    expect(play.spans).toEqual([[0, undefined]]);
    play.keep('ups-1', 'mains', 310, 3590);
    play.ledger.testify('krakivets', 'mains_returned', at(3600), at(3601));
    play.take(3601);
    expect(play.spans).toEqual([[0, 3600]]);
    expect(play.list[0]).toMatchObject({
      generatorSeconds: 3540,
      scanners: [{ upsSeconds: 15, generatorSeconds: 3305, unseenSeconds: 280 }],
    });
  });

  it('ends it by the UPS once the generator is gone', () => {
    const play = new Play(ONE_UPS);
    play.say({ device: 'ups-1', seconds: 0, mark: 'lost' });
    play.ledger.testify('krakivets', 'generator_connected', at(50), at(50));
    play.ledger.testify('krakivets', 'generator_connected', at(55), at(55));
    play.say({ device: 'ups-1', seconds: 60, mark: 'mains' });
    play.say({ device: 'ups-1', seconds: 500, mark: 'lost' });
    play.ledger.testify('krakivets', 'generator_disconnected', at(505), at(505));
    play.take(505);
    expect(play.spans).toEqual([[0, undefined]]);
    play.say({ device: 'ups-1', seconds: 700, mark: 'mains' });
    expect(play.spans).toEqual([[0, 700]]);
    expect(play.list[0]?.generatorSeconds).toBe(455);
  });

  it('says nothing against a meter that is heard, nor of what comes after', () => {
    const play = new Play(METERED);
    play.ledger.testify('krakivets', 'generator_connected', at(0), at(0));
    play.say({ device: 'supply', seconds: 2000, mark: 'lost' });
    play.ledger.testify('krakivets', 'generator_connected', at(2010), at(2010));
    play.say({ device: 'supply', seconds: 2100, mark: 'mains' });
    expect(play.spans).toEqual([[2000, 2100]]);
    play.ledger.testify('krakivets', 'generator_disconnected', at(2200), at(2200));
    play.take(2200);
    expect(play.spans).toEqual([[2000, 2100]]);
  });

  it('speaks for devices that are silent, until they are heard again', () => {
    const play = new Play(METERED);
    play.say({ device: 'ups-1', seconds: 0, mark: 'lost' });
    play.say({ device: 'supply', seconds: 0, mark: 'lost' });
    play.ledger.testify('krakivets', 'mains_returned', at(10), at(10));
    play.take(10);
    expect(play.spans).toEqual([[0, undefined]]);
    play.ledger.testify('krakivets', 'mains_returned', at(1000), at(1000));
    play.take(1000);
    expect(play.spans).toEqual([[0, 1000]]);
    play.say({ device: 'supply', seconds: 1500, mark: 'unknown' });
    expect(play.spans).toEqual([[0, 1000]]);
    play.say({ device: 'supply', seconds: 2000, mark: 'lost' });
    play.tick(2005);
    expect(play.spans).toEqual([
      [0, 1000],
      [2000, undefined],
    ]);
  });
});

describe('what was missed', () => {
  it('finds in the backfill what began and ended while the monitor was down', () => {
    const play = new Play(ONE_UPS);
    play.keep('ups-1', 'mains', 0, 1000);
    play.restart(1000);
    play.say({ device: 'ups-1', seconds: 1600, mark: 'mains' });
    play.tick(1601);
    expect(play.list).toEqual([]);
    for (let seconds = 1590; seconds > 1000; seconds -= 10) {
      const mark = seconds >= 1100 && seconds < 1400 ? 'lost' : 'mains';
      play.say({ device: 'ups-1', seconds, mark, isLate: true }, 1602);
    }
    play.tick(1603);
    expect(play.spans).toEqual([[1100, 1400]]);
    expect(play.list).toMatchObject([{ isLate: true, coverage: 1 }]);
  });

  it('reads a backfill of 5,000 messages, disordered and doubled, as if it had come in order', () => {
    const isLost = (seconds: number) => seconds % 4000 >= 1000 && seconds % 4000 < 1700;
    const words = Array.from({ length: 5000 }, (_, index) => {
      const seconds = index * 5 + (index % 7 === 0 ? 1 : 0);
      return { device: 'ups-1', seconds, mark: isLost(seconds) ? 'lost' : 'mains' } as const;
    });
    const inOrder = new Play(ONE_UPS, { intervalOf: () => 5 });
    for (const word of words) inOrder.say(word);
    inOrder.tick(25_010);
    const late = new Play(ONE_UPS, { intervalOf: () => 5 });
    // Each is 50 s or less out of its place, and every third comes twice.
    const received = words
      .flatMap((word, index) => [word, ...(index % 3 === 0 ? [word] : [])])
      .map((word, index) => ({ word, place: index + ((index * 7919) % 13) }))
      .sort((one, other) => one.place - other.place);
    received.forEach(({ word }, index) => {
      late.say({ ...word, isLate: true }, 25_010 + index / 50);
      if (index % 50 === 0) late.tick(25_010 + index / 50);
    });
    late.tick(25_300);
    expect(late.spans).toEqual(inOrder.spans);
    expect(late.list).toHaveLength(6);
    expect(late.list.every(({ isLate, coverage }) => isLate && coverage === 1)).toBe(true);
  });

  it('takes late words into account at most once a second', () => {
    const play = new Play(ONE_UPS);
    play.keep('ups-1', 'mains', 0, 50);
    for (let count = 0; count < 50; count += 1) {
      const seconds = 1000 + count * 10;
      play.say({ device: 'ups-1', seconds, mark: 'lost', isLate: true }, 3000 + count / 50);
    }
    expect(play.told).toBe(1);
    play.take(3001);
    expect(play.told).toBe(1);
    play.tick(3061);
    expect(play.told).toBe(2);
  });

  it('does not count what is older than two days', () => {
    const play = new Play(ONE_UPS);
    play.say({ device: 'ups-1', seconds: 0, mark: 'lost', isLate: true }, 48 * 3600 + 1);
    expect(play.remembered.size).toBe(0);
  });
});
