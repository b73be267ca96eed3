import { describe, expect, it } from 'vitest';
import { Ledger } from '../../../../src/domain/outage/ledger.ts';
import type { LedgerPlace, Mark } from '../../../../src/domain/outage/mark.ts';
import { at, METERED, ONE_UPS, Play, TWO_UPS } from './play.ts';

const HOUR = 3600;

describe('a row', () => {
  it('turns from momentary to sustained as soon as it is longer than the limit', () => {
    const play = new Play(ONE_UPS, { sustainedSeconds: () => 180 });
    play.say({ device: 'ups-1', seconds: 0, mark: 'lost' });
    for (let seconds = 1; seconds <= 180; seconds += 1) play.tick(seconds);
    expect(play.list[0]?.duration).toBe('momentary');
    play.tick(181);
    expect(play.list[0]?.duration).toBe('sustained');
  });

  it('is told anew once a minute while it lasts, and at once when it ends', () => {
    const play = new Play(ONE_UPS);
    play.say({ device: 'ups-1', seconds: 0, mark: 'lost' });
    for (let seconds = 1; seconds < 240; seconds += 1) play.tick(seconds);
    expect(play.told).toBe(4);
    play.say({ device: 'scanner-1', seconds: 240, mark: 'off' });
    expect(play.told).toBe(5);
    play.say({ device: 'scanner-1', seconds: 241, mark: 'on' });
    expect(play.told).toBe(5);
    play.say({ device: 'ups-1', seconds: 242, mark: 'mains' });
    expect(play.told).toBe(6);
    play.tick(400);
    expect(play.told).toBe(6);
  });

  it('has the cause at its begin and the incident as soon as there is one', () => {
    let incident: string | undefined;
    const play = new Play(ONE_UPS, {
      causeOf: (_, when) => (when >= at(100) ? 'announced' : 'emergency'),
      incidentOf: () => incident,
    });
    play.say({ device: 'ups-1', seconds: 110, mark: 'lost' });
    expect(play.list[0]).toMatchObject({ cause: 'announced' });
    expect(play.list[0]).not.toHaveProperty('incidentId');
    incident = 'incident-1';
    play.tick(170);
    incident = 'incident-2';
    play.say({ device: 'ups-1', seconds: 95, mark: 'lost', isLate: true }, 171);
    play.tick(172);
    expect(play.list).toMatchObject([
      {
        startedAt: at(95),
        id: `krakivets:${at(110)}`,
        cause: 'emergency',
        incidentId: 'incident-1',
      },
    ]);
  });

  it('does not take the name of another that began then and has moved since', () => {
    const play = new Play(ONE_UPS);
    play.say({ device: 'ups-1', seconds: 100, mark: 'lost' });
    play.say({ device: 'ups-1', seconds: 200, mark: 'mains' });
    play.say({ device: 'ups-1', seconds: 50, mark: 'lost', isLate: true }, 210);
    play.tick(211);
    play.say({ device: 'ups-1', seconds: 60, mark: 'mains', isLate: true }, 212);
    play.tick(213);
    expect(play.list.map(({ id, startedAt }) => [id, startedAt])).toEqual([
      [`krakivets:${at(100)}`, at(50)],
      [`krakivets:${at(100)}:2`, at(100)],
    ]);
  });

  it('is taken back before anybody was told where it was none', () => {
    const play = new Play(ONE_UPS);
    play.ledger.note(
      'krakivets',
      'ups-1',
      'ups',
      { ts: at(5), mark: 'lost', isLate: false },
      at(5),
    );
    play.ledger.testify('krakivets', 'mains_returned', at(1), at(6));
    const mains = { ts: at(5), mark: 'mains', isLate: false } as const;
    play.ledger.note('krakivets', 'ups-1', 'ups', mains, at(6));
    play.take(7);
    expect(play.list).toEqual([]);
  });
});

it('judges what a storm left a second later, only so many sites at once, and all in the end', () => {
  const sites = Array.from({ length: 120 }, (_, index) => `site-${index}`);
  const place = { ups: [{ id: 'ups-1' }], supplies: [], scanners: [] };
  const ledger = new Ledger({
    place: () => place,
    sustainedSeconds: () => 300,
    causeOf: () => 'unknown',
    incidentOf: () => undefined,
  });
  const say = (mark: Mark, seconds: number) => {
    for (const site of sites) {
      ledger.note(site, 'ups-1', 'ups', { ts: at(seconds), mark, isLate: false }, at(seconds));
    }
  };
  const endsAfter = (seconds: number) => {
    ledger.tick(at(seconds));
    return ledger.collect(at(seconds)).outages.filter(({ endedAt }) => endedAt === at(0.5)).length;
  };
  say('lost', 0);
  expect(ledger.collect(at(0)).outages).toHaveLength(120);
  say('mains', 0.5);
  // What was said is kept at once.
  expect(ledger.collect(at(0.5)).remembered).toHaveLength(120);
  const ends = [1.1, 2.1, 3.1].map(endsAfter);
  expect(Math.max(...ends)).toBeLessThan(60);
  expect(ends.reduce((sum, count) => sum + count, 0)).toBe(120);
  expect(ledger.open()).toEqual([]);
});

it('tells the open rows of many sites anew only so many at once', () => {
  const place = { ups: [{ id: 'ups-1' }], supplies: [], scanners: [] };
  const ledger = new Ledger({
    place: () => place,
    sustainedSeconds: () => 300,
    causeOf: () => 'unknown',
    incidentOf: () => undefined,
  });
  for (let index = 0; index < 120; index += 1) {
    const word = { ts: at(0), mark: 'lost', isLate: false } as const;
    ledger.note(`site-${index}`, 'ups-1', 'ups', word, at(0));
  }
  ledger.collect(at(0));
  const told = [60, 61, 62, 63].map((seconds) => {
    ledger.tick(at(seconds));
    return ledger.collect(at(seconds)).outages.length;
  });
  expect(told).toEqual([50, 50, 20, 0]);
});

describe('what is not configured', () => {
  it('counts for nothing', () => {
    const play = new Play(ONE_UPS);
    play.say({ device: 'ups-9', seconds: 0, mark: 'lost' });
    play.ledger.note('nowhere', 'ups-1', 'ups', { ts: at(0), mark: 'lost', isLate: false }, at(0));
    play.take(1);
    expect(play.list).toEqual([]);
    expect(play.remembered.size).toBe(0);
  });

  it('leaves a row alone whose witness is gone, until others speak', () => {
    let place: LedgerPlace | undefined = ONE_UPS;
    const play = new Play(undefined, { place: () => place });
    play.say({ device: 'ups-1', seconds: 0, mark: 'lost' });
    play.say({ device: 'ups-1', seconds: 50, mark: 'mains' });
    play.say({ device: 'ups-1', seconds: 70, mark: 'lost' });
    place = undefined;
    play.tick(200);
    place = { ...ONE_UPS, ups: [{ id: 'ups-2' }] };
    play.tick(260);
    expect(play.spans).toEqual([
      [0, 50],
      [70, undefined],
    ]);
    play.say({ device: 'ups-2', seconds: 300, mark: 'mains' });
    play.say({ device: 'ups-2', seconds: 20, mark: 'mains', isLate: true }, 302);
    play.tick(304);
    expect(play.spans).toEqual([
      [0, 50],
      [70, 300],
    ]);
  });
});

describe('what is remembered', () => {
  it('is written when something changes, or once a minute', () => {
    const play = new Play(ONE_UPS);
    let writes = 0;
    for (let seconds = 0; seconds < 600; seconds += 10) {
      const word = { ts: at(seconds), mark: 'mains', isLate: false } as const;
      play.ledger.note('krakivets', 'ups-1', 'ups', word, at(seconds));
      writes += play.ledger.collect(at(seconds)).remembered.length;
    }
    expect(writes).toBe(10);
  });

  it('carries an open interruption over a restart', () => {
    const play = new Play(METERED);
    play.keep('supply', 'mains', 0, 50);
    play.keep('ups-1', 'mains', 1, 51);
    play.say({ device: 'supply', seconds: 60, mark: 'generator' });
    play.ledger.testify('krakivets', 'generator_connected', at(61), at(61));
    play.restart(65, false);
    expect(play.ledger.open()).toMatchObject([{ startedAt: at(60) }]);
    play.tick(200);
    expect(play.spans).toEqual([[60, undefined]]);
    play.say({ device: 'supply', seconds: 300, mark: 'mains' });
    expect(play.spans).toEqual([[60, 300]]);
  });

  it('leaves what had ended, though people speak before anything else', () => {
    const play = new Play(ONE_UPS);
    play.say({ device: 'ups-1', seconds: 0, mark: 'lost' });
    play.say({ device: 'ups-1', seconds: 50, mark: 'mains' });
    play.restart(60);
    play.ledger.testify('krakivets', 'mains_returned', at(61), at(61));
    play.take(61);
    expect(play.spans).toEqual([[0, 50]]);
  });

  it('lets nobody of a site look silent after the process was killed at the moment of a change', () => {
    const play = new Play(TWO_UPS);
    play.keep('ups-2', 'mains', 0, 55);
    play.keep('ups-1', 'mains', 1, 51);
    play.say({ device: 'ups-1', seconds: 56, mark: 'lost' });
    play.restart(57, false);
    play.tick(75);
    play.say({ device: 'ups-2', seconds: 76, mark: 'mains' });
    expect(play.list).toEqual([]);
  });

  it('may be lost: an open row is then ended by the first word of mains', () => {
    const play = new Play(ONE_UPS);
    play.say({ device: 'ups-1', seconds: 0, mark: 'lost' });
    play.say({ device: 'ups-1', seconds: 100, mark: 'mains' });
    play.say({ device: 'ups-1', seconds: 200, mark: 'lost' });
    play.remembered.clear();
    play.restart(201, false);
    play.tick(220);
    play.say({ device: 'ups-1', seconds: 300, mark: 'mains' });
    expect(play.spans).toEqual([
      [0, 100],
      [200, 300],
    ]);
  });

  it('may be lost but for what people said: a generator then still hides the interruption', () => {
    const play = new Play(ONE_UPS);
    play.say({ device: 'ups-1', seconds: 200, mark: 'lost' });
    play.ledger.testify('krakivets', 'generator_connected', at(210), at(210));
    play.take(210);
    for (const key of play.remembered.keys()) if (key !== 'krakivets') play.remembered.delete(key);
    play.restart(211, false);
    play.say({ device: 'ups-1', seconds: 300, mark: 'mains' });
    expect(play.spans).toEqual([[200, undefined]]);
    play.ledger.testify('krakivets', 'generator_disconnected', at(400), at(400));
    play.take(400);
    expect(play.spans).toEqual([[200, 400]]);
  });

  it('is two days, and all of an interruption that began in them or before', () => {
    const play = new Play(ONE_UPS);
    play.say({ device: 'ups-1', seconds: 0, mark: 'lost' });
    play.say({ device: 'ups-1', seconds: 100, mark: 'mains' });
    play.ledger.testify('krakivets', 'mains_returned', at(200), at(200));
    play.say({ device: 'ups-1', seconds: HOUR, mark: 'lost' });
    expect([...play.remembered.keys()]).toContain('krakivets');
    for (let hour = 2; hour <= 80; hour += 1) {
      play.say({ device: 'ups-1', seconds: hour * HOUR, mark: 'lost' });
      play.tick(hour * HOUR);
    }
    const hours = () => [...play.remembered.keys()].filter((key) => key.includes('ups-1')).length;
    expect(hours()).toBe(81);
    expect(play.remembered.has('krakivets')).toBe(true);
    play.say({ device: 'ups-1', seconds: 81 * HOUR, mark: 'mains' });
    for (let hour = 82; hour <= 200; hour += 1) {
      play.say({ device: 'ups-1', seconds: hour * HOUR, mark: 'mains' });
      play.tick(hour * HOUR);
    }
    expect(hours()).toBeLessThan(53);
    expect(play.remembered.has('krakivets')).toBe(false);
    expect(play.spans).toEqual([
      [0, 100],
      [HOUR, 81 * HOUR],
    ]);
    expect(play.removed).toEqual([]);
  });

  it('is forgotten of a device that is not configured any more', () => {
    let place: LedgerPlace | undefined = ONE_UPS;
    const play = new Play(undefined, { place: () => place, intervalOf: () => 60 });
    play.say({ device: 'ups-1', seconds: 0, mark: 'mains' });
    play.say({ device: 'scanner-1', seconds: 0, mark: 'on' });
    place = { ...ONE_UPS, scanners: [] };
    play.tick(0);
    play.tick(60 * HOUR);
    expect([...play.remembered.keys()].map((key) => key.split('/')[1])).toEqual(['ups-1']);
    place = undefined;
    play.tick(61 * HOUR);
    expect(play.remembered.size).toBe(0);
  });

  it('is bounded: of what is dropped, the rows stand as they were', () => {
    const play = new Play(ONE_UPS);
    for (let flap = 0; flap < 1300; flap += 1) {
      play.say({ device: 'ups-1', seconds: flap * 20, mark: 'lost' });
      play.say({ device: 'ups-1', seconds: flap * 20 + 10, mark: 'mains' });
    }
    expect(play.rows.size).toBe(1300);
    const body = [...play.remembered.values()].join();
    expect(body.split('],[').length).toBeLessThanOrEqual(2000);
    play.restart(26_000);
    play.say({ device: 'ups-1', seconds: 5, mark: 'mains', isLate: true }, 26_001);
    play.tick(26_003);
    expect(play.rows.size).toBe(1300);
    expect(play.removed).toEqual([]);
  });

  it('ends an open row that began before all that is known', () => {
    const play = new Play(METERED);
    play.say({ device: 'supply', seconds: 0, mark: 'lost' });
    for (let turn = 0; turn < 1100; turn += 1) {
      play.say({ device: 'supply', seconds: 10 + turn * 20, mark: 'generator' });
      play.say({ device: 'supply', seconds: 20 + turn * 20, mark: 'lost' });
    }
    expect(play.spans).toEqual([[0, undefined]]);
    play.say({ device: 'supply', seconds: 23_000, mark: 'mains' });
    expect(play.spans).toEqual([[0, 23_000]]);
  });
});

it("passes over a scanner's word on since when", () => {
  const play = new Play(ONE_UPS);
  play.say({ device: 'ups-1', seconds: 0, mark: 'lost' });
  play.say({ device: 'scanner-1', seconds: 0, mark: 'on' });
  play.say({ device: 'scanner-1', seconds: 20, mark: 'off', since: 0 });
  play.say({ device: 'ups-1', seconds: 40, mark: 'mains' });
  expect(play.list[0]?.scanners).toMatchObject([{ upsSeconds: 20, offSeconds: 20 }]);
});
