import { expect, test } from 'vitest';
import type { LedgerPlace } from '../../../../src/domain/outage/mark.ts';
import { at, ONE_UPS, Play, TWO_UPS } from './play.ts';

/** A ledger of one site of which the configuration may change, or take it away. */
function changing(place: LedgerPlace) {
  let current: LedgerPlace | undefined = place;
  const play = new Play(undefined, { place: () => current });
  const configure = (next: LedgerPlace | undefined, seconds: number) => {
    current = next;
    play.ledger.configured(at(seconds));
    play.take(seconds);
  };
  return { play, configure };
}

test('a row of a site that left the configuration ends with its last word', () => {
  const { play, configure } = changing(ONE_UPS);
  play.say({ device: 'ups-1', seconds: -30, mark: 'lost' });
  play.say({ device: 'ups-1', seconds: -10, mark: 'mains' });
  play.keep('ups-1', 'lost', 0, 400);
  play.tick(420);
  configure(undefined, 430);
  expect(play.spans).toEqual([
    [-30, -10],
    [0, 400],
  ]);
  expect(play.list[1]).toMatchObject({ duration: 'sustained', evidence: ['ups-1'] });
  expect(play.ledger.open()).toEqual([]);
  const { told } = play;
  for (let seconds = 431; seconds < 700; seconds += 1) play.tick(seconds);
  configure(undefined, 701);
  expect(play.told).toBe(told);
});

test('a row of which all witnesses are gone ends, one of which a witness is left lasts', () => {
  const { play, configure } = changing(TWO_UPS);
  for (const device of ['ups-1', 'ups-2']) play.keep(device, 'lost', 0, 60);
  play.tick(62);
  configure({ ...TWO_UPS, ups: [{ id: 'ups-1' }] }, 70);
  expect(play.ledger.open()).toHaveLength(1);
  configure({ ...TWO_UPS, ups: [{ id: 'ups-3' }] }, 80);
  expect(play.spans).toEqual([[0, 60]]);
  play.keep('ups-3', 'lost', 90, 120);
  play.tick(125);
  expect(play.spans).toEqual([
    [0, 60],
    [90, undefined],
  ]);
});

test('a row whose witness has no history any more ends now', () => {
  const { play, configure } = changing(ONE_UPS);
  play.say({ device: 'ups-1', seconds: 0, mark: 'lost' });
  play.tick(2);
  play.remembered.clear();
  play.restart(3, false);
  configure(undefined, 50);
  expect(play.spans).toEqual([[0, 50]]);
});

test('an interval that is learned later counts from then on, also after a restart', () => {
  let interval = 10;
  const play = new Play(ONE_UPS, { intervalOf: () => interval });
  play.say({ device: 'ups-1', seconds: 0, mark: 'lost' });
  interval = 60;
  play.keep('ups-1', 'lost', 60, 600, 60);
  play.tick(601);
  expect(play.list[0]?.coverage).toBe(1);
  const { told } = play;
  play.say({ device: 'ups-1', seconds: 660, mark: 'lost' });
  expect(play.told).toBe(told);
  interval = 10;
  play.restart(661);
  interval = 60;
  for (let seconds = 720; seconds <= 1200; seconds += 60) {
    play.say({ device: 'ups-1', seconds, mark: 'lost' });
  }
  play.tick(1201);
  expect(play.list).toMatchObject([{ coverage: 1 }]);
});
