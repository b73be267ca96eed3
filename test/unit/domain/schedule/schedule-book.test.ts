import { beforeEach, describe, expect, it } from 'vitest';
import { type OutageSchedule, outageScheduleSchema } from '../../../../src/contract/schedule.ts';
import { ScheduleBook } from '../../../../src/domain/schedule/schedule-book.ts';
import { addDays, dateAt, instantOf } from '../../../../src/domain/schedule/wall-time.ts';

const ZONE = 'Europe/Kyiv';
const at = (text: string) => Date.parse(text);
const place = { site: 'krakivets', region: 'lviv', queue: '1.1' };
/** Dnipro, 16.01.2026, queue 1.1. */
const slots = [
  { from: '00:00', to: '02:30' },
  { from: '07:00', to: '13:00' },
  { from: '16:30', to: '22:00' },
];

const schedule = (changes: Partial<OutageSchedule> = {}): OutageSchedule => ({
  ...outageScheduleSchema.parse({ days: [{ date: '2026-01-16', queue: '1.1', slots }] }),
  ...changes,
});

let book: ScheduleBook;

beforeEach(() => {
  book = new ScheduleBook(ZONE);
  book.configure(ZONE, schedule());
});

describe('a cut of a queue', () => {
  it('in its slot is announced, and ends with the slot', () => {
    expect(book.causeOf(place, at('2026-01-16T07:00+02:00'))).toEqual({
      cause: 'announced',
      slotEndsAt: at('2026-01-16T13:00+02:00'),
    });
  });

  it('may begin a quarter of an hour early and no earlier', () => {
    expect(book.causeOf(place, at('2026-01-16T06:45+02:00')).cause).toBe('announced');
    expect(book.causeOf(place, at('2026-01-16T06:44+02:00')).cause).toBe('unknown');
  });

  it('at the end of a slot is not announced any more', () => {
    expect(book.causeOf(place, at('2026-01-16T13:00+02:00')).cause).toBe('unknown');
  });

  it('is of no concern to a site that is exempt or has no queue', () => {
    const noon = at('2026-01-16T12:00+02:00');
    expect(book.causeOf({ ...place, exempt: ['gpv'] }, noon).cause).toBe('unknown');
    expect(book.causeOf({ site: 'krakivets' }, noon).cause).toBe('unknown');
  });

  it('goes on over midnight as one', () => {
    book.configure(
      ZONE,
      schedule({
        days: [
          { date: '2026-01-16', queue: '1.1', slots: [{ from: '22:00', to: '24:00' }] },
          { date: '2026-01-17', queue: '1.1', slots: [{ from: '00:00', to: '02:00' }] },
        ],
      }),
    );
    const [from, to] = [at('2026-01-16T22:00+02:00'), at('2026-01-17T02:00+02:00')];
    expect(book.cuts(place, from, to)).toEqual([{ from, to }]);
  });

  it('is of its region where the region has a plan of its own', () => {
    const own = { date: '2026-01-16', queue: '1.1', region: 'lviv', slots: [] };
    book.configure(ZONE, schedule({ days: [...schedule().days, own] }));
    const noon = at('2026-01-16T12:00+02:00');
    expect(book.causeOf(place, noon).cause).toBe('unknown');
    expect(book.causeOf({ site: 'palanka', queue: '1.1' }, noon).cause).toBe('announced');
  });

  it('is not believed of a schedule that is too old', () => {
    book.configure(ZONE, schedule({ publishedAt: '2026-01-14T00:00:00+02:00' }));
    const noon = at('2026-01-16T12:30+02:00');
    expect(book.age(noon)).toBe('stale');
    expect(book.causeOf(place, noon)).toEqual({ cause: 'unknown' });
  });
});

describe('an emergency', () => {
  const declared = (changes: object) =>
    schedule({
      emergencies: [
        { type: 'emergency', regions: ['lviv'], from: '2026-01-16T14:00:00+02:00', ...changes },
      ],
    });
  const during = at('2026-01-16T14:30+02:00');

  it('is the cause in its region and in no other', () => {
    book.configure(ZONE, declared({}));
    expect(book.causeOf(place, during)).toEqual({ cause: 'emergency' });
    expect(book.causeOf({ ...place, region: 'odesa' }, during)).toEqual({ cause: 'unknown' });
    expect(book.causeOf({ site: 'x' }, during)).toEqual({ cause: 'unknown' });
  });

  it('can name sites, or nobody, which is all', () => {
    book.configure(ZONE, declared({ regions: undefined, sites: ['krakivets'] }));
    expect(book.causeOf({ site: 'krakivets' }, during)).toEqual({ cause: 'emergency' });
    expect(book.causeOf({ site: 'shehyni' }, during)).toEqual({ cause: 'unknown' });
    book.configure(ZONE, declared({ regions: undefined }));
    expect(book.causeOf({ site: 'shehyni' }, during)).toEqual({ cause: 'emergency' });
  });

  it('spares who is exempt, but a special one spares nobody', () => {
    const exempt = { ...place, exempt: ['gav' as const] };
    book.configure(ZONE, declared({}));
    expect(book.causeOf(exempt, during)).toEqual({ cause: 'unknown' });
    book.configure(ZONE, declared({ type: 'special_emergency' }));
    expect(book.causeOf(exempt, during)).toEqual({ cause: 'special_emergency' });
  });

  it('ends when it is said to, or after half a day', () => {
    book.configure(ZONE, declared({ to: '2026-01-16T15:00:00+02:00' }));
    expect(book.causeOf(place, at('2026-01-16T15:20+02:00'))).toEqual({ cause: 'unknown' });
    book.configure(ZONE, declared({}));
    expect(book.causeOf(place, at('2026-01-16T22:30+02:00'))).toEqual({ cause: 'emergency' });
    expect(book.causeOf(place, at('2026-01-17T02:30+02:00'))).toEqual({ cause: 'unknown' });
  });

  it('is told before the slot that it falls into only where it is special', () => {
    book.configure(ZONE, declared({ from: '2026-01-16T08:00:00+02:00' }));
    const inSlot = at('2026-01-16T09:00+02:00');
    expect(book.causeOf(place, inSlot).cause).toBe('announced');
    book.configure(ZONE, declared({ type: 'special_emergency', from: '2026-01-16T08:00:00Z' }));
    expect(book.causeOf(place, at('2026-01-16T10:30+02:00')).cause).toBe('special_emergency');
  });
});

describe('what a person enters', () => {
  const now = at('2026-01-16T06:00+02:00');
  const noon = at('2026-01-16T12:00+02:00');

  it('takes the place of the file for its queue and day, and can be taken up again', () => {
    book.enter(schedule({ days: [{ date: '2026-01-16', queue: '1.1', slots: [] }] }), now);
    expect(book.causeOf(place, noon)).toEqual({ cause: 'unknown' });
    const next = new ScheduleBook(ZONE);
    next.configure(ZONE, schedule());
    const kept = book.entered();
    if (kept !== undefined) next.enter(kept.schedule, kept.at);
    expect(next.causeOf(place, noon)).toEqual({ cause: 'unknown' });
    expect(next.all()).toEqual(book.all());
  });

  it('makes the knowledge fresh', () => {
    const empty = new ScheduleBook(ZONE);
    expect(empty.age(now)).toBe('none');
    expect(empty.entered()).toBeUndefined();
    empty.enter(schedule(), now);
    expect(empty.age(now)).toBe('fresh');
    expect(empty.age(now + 40 * 3_600_000)).toBe('stale');
  });

  it('is forgotten after a year', () => {
    book.enter(schedule({ days: [{ date: '2024-01-16', queue: '1.1', slots }] }), now);
    expect(book.all().days.map(({ date }) => date)).toEqual(['2026-01-16']);
  });

  it('is listed with the file by day and queue', () => {
    book.configure(ZONE, schedule({ publishedAt: '2026-01-15T20:00:00+02:00' }));
    const days = ['3.1', '2.1'].map((queue) => ({ date: '2026-01-16', queue, slots: [] }));
    book.enter(schedule({ days }), now);
    expect(book.all().days.map(({ queue }) => queue)).toEqual(['1.1', '2.1', '3.1']);
    expect(book.all().publishedAt).toBe('2026-01-15T20:00:00+02:00');
  });
});

it('can be taken out again, and the file counts', () => {
  const now = at('2026-01-16T06:00+02:00');
  const day = { date: '2026-01-16', queue: '1.1' };
  const emergency = { type: 'emergency' as const, from: '2026-01-16T14:00:00+02:00' };
  book.enter(schedule({ days: [{ ...day, slots: [] }], emergencies: [emergency] }), now);
  expect(book.removeDay(day, now)).toBe(true);
  expect(book.removeDay(day, now)).toBe(false);
  expect(book.removeEmergency(emergency, now)).toBe(true);
  expect(book.removeEmergency({ ...emergency, type: 'special_emergency' }, now)).toBe(false);
  expect(book.all()).toEqual(schedule());
});

describe('an emergency that is entered', () => {
  const now = at('2026-01-16T14:30+02:00');
  const lviv = {
    type: 'emergency' as const,
    regions: ['lviv', 'odesa'],
    from: '2026-01-16T14:00:00+02:00',
  };
  const odesa = { ...lviv, regions: ['odesa'] };
  const enter = (...emergencies: OutageSchedule['emergencies']) =>
    book.enter({ days: [], emergencies }, now);

  it('again takes the place of the first, so that it can be ended', () => {
    enter(lviv, odesa);
    const to = '2026-01-16T14:10:00+02:00';
    enter({ ...lviv, regions: ['odesa', 'lviv'], from: '2026-01-16T12:00:00Z', to });
    expect(book.all().emergencies).toHaveLength(2);
    expect(book.causeOf(place, at('2026-01-16T14:26+02:00'))).toEqual({ cause: 'unknown' });
  });

  it('is removed by its places, or with all of its type and begin', () => {
    const ofSite = { type: lviv.type, from: lviv.from, sites: ['krakivets'] };
    enter(lviv, odesa, ofSite);
    expect(book.removeEmergency({ ...lviv, regions: ['sumy'] }, now)).toBe(false);
    expect(book.removeEmergency(ofSite, now)).toBe(true);
    expect(book.removeEmergency(odesa, now)).toBe(true);
    expect(book.all().emergencies).toEqual([lviv]);
    enter(odesa);
    expect(book.removeEmergency({ type: lviv.type, from: lviv.from }, now)).toBe(true);
    expect(book.all().emergencies).toEqual([]);
  });

  it('makes no plan fresh, nor any plan known', () => {
    book.configure(ZONE, schedule({ publishedAt: '2026-01-14T00:00:00+02:00' }));
    enter(lviv);
    expect(book.age(now)).toBe('stale');
    book.configure(ZONE, undefined);
    expect(book.age(now)).toBe('none');
    expect(book.causeOf(place, now)).toEqual({ cause: 'emergency' });
    expect(book.all()).toEqual({ days: [], emergencies: [lviv] });
  });
});

describe('the age of a plan', () => {
  const noon = at('2026-01-16T12:00+02:00');
  const day = (date: string) => ({ date, queue: '1.1', slots });

  it('is that of the file it stands in, whatever is entered for another queue', () => {
    book.configure(ZONE, schedule({ publishedAt: '2026-01-14T00:00:00+02:00' }));
    book.enter({ days: [{ ...day('2026-01-16'), queue: '2.1' }], emergencies: [] }, noon);
    expect(book.causeOf(place, noon).cause).toBe('unknown');
    expect(book.causeOf({ ...place, queue: '2.1' }, noon).cause).toBe('announced');
    expect(book.age(noon)).toBe('stale');
  });

  it('is that of its own entry, also after a restart', () => {
    book.configure(ZONE, undefined);
    book.enter({ days: [day('2026-01-16')], emergencies: [] }, at('2026-01-14T12:00+02:00'));
    book.enter({ days: [day('2026-01-17')], emergencies: [] }, noon);
    const next = new ScheduleBook(ZONE);
    const kept = book.entered();
    if (kept !== undefined) next.enter(kept.schedule, kept.at, kept.dayTimes);
    for (const one of [book, next]) {
      expect(one.causeOf(place, noon).cause).toBe('unknown');
      expect(one.causeOf(place, at('2026-01-17T12:00+02:00')).cause).toBe('announced');
      expect(one.age(noon)).toBe('stale');
      expect(one.age(at('2026-01-18T12:00+02:00'))).toBe('stale');
    }
  });

  it('is the file’s where it has nothing for today', () => {
    const tomorrow = noon + 24 * 3_600_000;
    expect(book.age(noon)).toBe('fresh');
    expect(book.age(tomorrow)).toBe('fresh');
    book.configure(ZONE, schedule({ publishedAt: '2026-01-15T20:00:00+02:00' }));
    expect(book.age(tomorrow)).toBe('stale');
  });
});

it('names the plans that are not there for tomorrow', () => {
  const places = [
    place,
    { ...place, site: 'shehyni' },
    { ...place, queue: '2.2' },
    { ...place, queue: '3.1', exempt: ['gpv' as const] },
    { site: 'without' },
    { site: 'nowhere', queue: '1.1' },
  ];
  expect(book.missingTomorrow(places, at('2026-01-15T18:00+02:00'))).toEqual([
    { date: '2026-01-16', queue: '2.2', region: 'lviv' },
  ]);
  expect(book.missingTomorrow(places, at('2026-01-16T18:00+02:00'))).toEqual([
    { date: '2026-01-17', queue: '1.1' },
    { date: '2026-01-17', queue: '1.1', region: 'lviv' },
    { date: '2026-01-17', queue: '2.2', region: 'lviv' },
  ]);
});

describe('wall time', () => {
  it.each([
    ['2026-07-01', '24:00', 'first', '2026-07-01T21:00:00.000Z'],
    ['2026-10-25', '03:30', 'first', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25', '03:30', 'last', '2026-10-25T01:30:00.000Z'],
    ['2027-03-28', '03:30', 'first', '2027-03-28T01:30:00.000Z'],
    ['2027-03-28', '04:30', 'last', '2027-03-28T01:30:00.000Z'],
  ] as const)('%s %s (%s) is %s', (date, time, which, expected) => {
    expect(new Date(instantOf({ date, time, which }, ZONE)).toISOString()).toBe(expected);
  });

  it('has dates of its zone', () => {
    expect(dateAt(at('2026-01-15T22:30:00Z'), ZONE)).toBe('2026-01-16');
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
  });
});
