import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../simulators/random.ts';
import { followRuntime } from '../../../../src/domain/runtime/follow.ts';
import { health } from '../../../../src/domain/runtime/health.ts';
import { newRuntimeMemory, type RuntimeMemory } from '../../../../src/domain/runtime/memory.ts';
import type { UpsReading } from '../../../../src/domain/runtime/reading.ts';
import { hear, newStory, STORY_START, without } from '../../../support/battery-story.ts';
import {
  type Discharge,
  drawUps,
  onMains,
  playDischarge,
  type TrueUps,
} from '../../../support/discharge-run.ts';

const DAY_MS = 86_400_000;

function tell(memory: RuntimeMemory, ups: TrueUps, { readings, last }: Discharge, share = 1) {
  const startedAt = readings[0]?.reading.ts ?? 0;
  followRuntime(memory, onMains(ups, startedAt - 5000), ups.rated);
  for (const { reading } of readings.slice(0, Math.ceil(share * readings.length))) {
    followRuntime(memory, reading, ups.rated);
  }
  if (share === 1) followRuntime(memory, last, ups.rated);
  else followRuntime(memory, { ...onMains(ups, last.ts), charge: 50 }, ups.rated);
}

/** The same discharge so many days later. */
function later({ seconds, readings, last }: Discharge, days: number): Discharge {
  const move = (reading: UpsReading) => ({ ...reading, ts: reading.ts + days * DAY_MS });
  const moved = readings.map((each) => ({ ...each, reading: move(each.reading) }));
  return { seconds, readings: moved, last: move(last) };
}

/** Share of the rated capacity that is truly left, %. */
const truthOf = ({ battery, rated }: TrueUps) =>
  (100 * battery.stateOfHealth * battery.capacityAh) / rated.capacityAh;

/** The simulators' own string: only what domain.md's physics leaves open is drawn. */
function plain(ups: TrueUps): TrueUps {
  const { make: _, ...battery } = ups.battery;
  return { ...ups, battery };
}

/** Errors of health in points after so many discharges, over drawn strings. */
function errors(discharges: number, draw: (ups: TrueUps) => TrueUps): number[] {
  return Array.from({ length: 30 }, (_, index) => {
    const random = createRandom(31, `health ${index}`);
    const ups = draw(drawUps(random));
    const memory = newRuntimeMemory();
    for (let time = 0; time < discharges; time++) {
      tell(memory, ups, playDischarge(ups, random, STORY_START + time * DAY_MS));
    }
    const made = health(memory);
    return made === undefined ? Number.NaN : made.percent - truthOf(ups);
  }).filter((error) => !Number.isNaN(error));
}

const shareWithin = (all: readonly number[], points: number) =>
  all.filter((error) => Math.abs(error) <= points).length / all.length;

describe('state of health', () => {
  it('is within 10 points in nine of ten strings of the simulators after three discharges', () => {
    const all = errors(3, plain);
    expect(all.length).toBeGreaterThan(25);
    expect(shareWithin(all, 10)).toBeGreaterThanOrEqual(0.9);
  });

  it('is within 10 points in four of five strings whose exponent and resistance nobody knows', () => {
    const all = errors(3, (ups) => ups);
    expect(all.length).toBeGreaterThan(25);
    expect(shareWithin(all, 10)).toBeGreaterThanOrEqual(0.8);
  });

  it('says nothing of a discharge that was too short', () => {
    const story = newStory();
    tell(story.memory, story.ups, story.discharge, 0.1);
    expect(health(story.memory)).toBeUndefined();
    expect(story.memory.ended?.healthPercent).toBeUndefined();
    tell(story.memory, story.ups, later(story.discharge, 1));
    expect(health(story.memory)?.discharges).toBe(1);
    tell(story.memory, story.ups, later(story.discharge, 2), 0.15);
    expect(health(story.memory)?.discharges).toBe(1);
  });

  it('is by the time and the count where no voltage is said', () => {
    const story = newStory();
    const { ups, memory, discharge } = story;
    const change = (reading: UpsReading) => without(reading, 'batteryVolts');
    hear(memory, story, { change });
    followRuntime(memory, change(discharge.last), ups.rated);
    expect(health(memory)?.percent).toBeGreaterThan(40);
    const bare = newRuntimeMemory();
    const silent = (reading: UpsReading) => without(reading, 'batteryVolts', 'charge');
    hear(bare, story, { change: silent });
    followRuntime(bare, silent(discharge.last), ups.rated);
    expect(health(bare)).toBeUndefined();
    const back = newRuntimeMemory();
    hear(back, story, { change, share: 0.9 });
    followRuntime(back, onMains(ups, discharge.last.ts), ups.rated);
    expect(health(back)?.percent).toBeGreaterThan(40);
    const brief = newRuntimeMemory();
    hear(brief, story, { change, share: 0.2 });
    followRuntime(brief, onMains(ups, discharge.last.ts), ups.rated);
    expect(health(brief)).toBeUndefined();
  });
});

describe('the trend of health', () => {
  const withPoints = (...points: [days: number, percent: number][]) => {
    const memory = newRuntimeMemory();
    memory.health = points.map(([days, percent]) => ({
      at: STORY_START + days * DAY_MS,
      percent,
    }));
    return health(memory);
  };

  it('reaches 80 % where the line through the discharges does, whatever one of them shows', () => {
    const made = withPoints([0, 95], [30, 94], [60, 93], [90, 60], [120, 91], [150, 90], [180, 89]);
    expect(made).toMatchObject({
      percent: 90,
      discharges: 7,
      measuredAt: STORY_START + 180 * DAY_MS,
    });
    expect(made?.replaceAt).toBeGreaterThan(STORY_START + 420 * DAY_MS);
    expect(made?.replaceAt).toBeLessThan(STORY_START + 480 * DAY_MS);
  });

  it('needs three discharges over seven days, a decline and an end that is in sight', () => {
    expect(withPoints([0, 95], [30, 90])?.replaceAt).toBeUndefined();
    expect(withPoints([0, 95], [3, 93], [6, 90])?.replaceAt).toBeUndefined();
    expect(withPoints([0, 90], [10, 91], [20, 92])?.replaceAt).toBeUndefined();
    expect(withPoints([0, 90], [10, 90], [20, 90])?.replaceAt).toBeUndefined();
    expect(withPoints([0, 99], [365, 98.9], [730, 98.8])?.replaceAt).toBeUndefined();
    expect(withPoints([0, 90], [0, 90], [20, 81], [21, 81])?.percent).toBe(85.5);
  });

  it('is now where the battery is under 80 % already', () => {
    const made = withPoints([0, 79], [10, 78], [20, 77]);
    expect(made?.replaceAt).toBe(STORY_START + 20 * DAY_MS);
  });

  it('is never in the past', () => {
    const made = withPoints([0, 100], [10, 90.2], [20, 80.1], [21, 60], [22, 95], [23, 96]);
    expect(made?.replaceAt ?? STORY_START + 23 * DAY_MS).toBeGreaterThanOrEqual(
      STORY_START + 23 * DAY_MS,
    );
  });

  it('keeps the newest sixty discharges', () => {
    const story = newStory();
    story.memory.health = Array.from({ length: 60 }, (_, at) => ({ at, percent: 90 }));
    tell(story.memory, story.ups, story.discharge);
    expect(story.memory.health).toHaveLength(60);
    expect(story.memory.health[0]?.at).toBe(1);
  });
});
