import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../simulators/random.ts';
import { followRuntime } from '../../../../src/domain/runtime/follow.ts';
import { exhaustedAt, forecast, runtimeAt } from '../../../../src/domain/runtime/forecast.ts';
import {
  isWorthRemembering,
  newRuntimeMemory,
  recall,
  rememberedOf,
  takeEnded,
} from '../../../../src/domain/runtime/memory.ts';
import type { UpsReading } from '../../../../src/domain/runtime/reading.ts';
import { hear, newStory, STORY_START, without } from '../../../support/battery-story.ts';
import { drawUps, onMains, playDischarge } from '../../../support/discharge-run.ts';

const quiet: UpsReading = { ts: STORY_START, input: 'mains', isLow: false, isOff: false };

/** On battery from full, falling by a percent each half minute under a load that nobody says. */
function byCount(minute: number): UpsReading {
  const charge = 100 - 2 * minute;
  return { ...quiet, input: 'lost', ts: STORY_START + 60_000 * minute, charge };
}

describe('the forecast of a first discharge', () => {
  it('is near the truth at half of it and names the nameplate', () => {
    const story = newStory();
    hear(story.memory, story, { share: 0.5 });
    const at = story.discharge.readings[Math.ceil(story.discharge.readings.length / 2) - 1];
    const left = at?.leftAtThisLoadSeconds() ?? 0;
    const made = forecast(story.memory, at?.reading.ts ?? 0);
    expect(made?.method).toBe('nameplate_model');
    expect(Math.abs((made?.runtimeSeconds ?? 0) / left - 1)).toBeLessThan(0.3);
    expect(made?.low).toBeLessThanOrEqual(made?.runtimeSeconds ?? 0);
    expect(made?.high).toBeGreaterThanOrEqual(made?.runtimeSeconds ?? 0);
  });

  it('promises nothing that does not come in the last ten minutes, whatever the cut-off', () => {
    for (const cutoffVolts of [9.2, 9.8, 10.4]) {
      const random = createRandom(21, `cut-off ${cutoffVolts}`);
      const drawn = drawUps(random);
      const make = { ...drawn.battery.make, cutoffVolts };
      const ups = { ...drawn, battery: { ...drawn.battery, make } };
      const memory = newRuntimeMemory();
      const discharge = playDischarge(ups, random, STORY_START);
      const over: number[] = [];
      for (const { reading, leftAtThisLoadSeconds } of discharge.readings) {
        followRuntime(memory, reading, ups.rated);
        const left = leftAtThisLoadSeconds();
        const promised = forecast(memory, reading.ts)?.runtimeSeconds ?? 0;
        if (left <= 600 && promised > 1.15 * left) over.push(left);
      }
      expect(over, `cut-off ${cutoffVolts} V`).toEqual([]);
    }
  });

  it('says on mains what it would last now, and that no end is near', () => {
    const { memory } = newStory();
    const made = forecast(memory, STORY_START);
    expect(made?.runtimeSeconds).toBeGreaterThan(300);
    expect(forecast(memory, STORY_START + 600_000)).toEqual(made);
    expect(exhaustedAt(memory)).toBeUndefined();
  });

  it('goes on counting down when the UPS falls silent, and says that it is blind', () => {
    const story = newStory();
    hear(story.memory, story, { share: 0.3 });
    const { ts } = story.memory.newest ?? { ts: 0 };
    const seen = forecast(story.memory, ts);
    const soon = forecast(story.memory, ts + 4000);
    const later = forecast(story.memory, ts + 60_000);
    expect(soon?.method).toBe(seen?.method);
    expect(soon?.runtimeSeconds).toBe((seen?.runtimeSeconds ?? 0) - 4);
    expect(later?.method).toBe('blind');
    expect(later?.runtimeSeconds).toBe((seen?.runtimeSeconds ?? 0) - 60);
    expect(later?.low).toBe((seen?.low ?? 0) - 75);
    expect(exhaustedAt(story.memory)).toBe(ts + 1000 * (seen?.runtimeSeconds ?? 0));
    expect(forecast(story.memory, ts + 864e5)?.runtimeSeconds).toBe(0);
  });

  it('is 0 once the load has dropped, and the discharge is told once', () => {
    const story = newStory();
    hear(story.memory, story);
    followRuntime(story.memory, story.discharge.last, story.ups.rated);
    expect(forecast(story.memory, story.discharge.last.ts)?.runtimeSeconds).toBe(0);
    const ended = takeEnded(story.memory);
    expect(ended).toMatchObject({ isExhausted: true, startedAt: STORY_START, startCharge: 100 });
    expect(ended?.seconds).toBe(story.discharge.seconds);
    expect(takeEnded(story.memory)).toBeUndefined();
    followRuntime(story.memory, { ...story.discharge.last, ts: 2e12 }, story.ups.rated);
    expect(story.memory.running).toBeUndefined();
  });

  it('promises no more than the lower end of the band where the UPS says that its battery is low', () => {
    const [calm, low] = [newStory(), newStory()];
    hear(calm.memory, calm, { share: 0.4 });
    hear(low.memory, low, { share: 0.4, change: (reading) => ({ ...reading, isLow: true }) });
    const { ts } = calm.memory.newest ?? { ts: 0 };
    const band = forecast(calm.memory, ts);
    expect(forecast(low.memory, ts)?.runtimeSeconds).toBeCloseTo(band?.low ?? 0, 6);
  });

  it('takes what the UPS says where that is less', () => {
    const story = newStory();
    hear(story.memory, story, { share: 0.2, change: (reading) => ({ ...reading, runtime: 90 }) });
    const made = forecast(story.memory, story.memory.newest?.ts ?? 0);
    expect(made).toMatchObject({ runtimeSeconds: 90, method: 'reported' });
  });
});

describe('what a discharge teaches', () => {
  it('makes the next forecast a learned one, nearer to the truth', () => {
    const story = newStory();
    const { memory, ups, discharge } = story;
    hear(memory, story);
    followRuntime(memory, discharge.last, ups.rated);
    const dayMs = 86_400_000;
    followRuntime(memory, onMains(ups, STORY_START + dayMs - 5000), ups.rated);
    hear(memory, story, {
      share: 0.5,
      change: (reading) => ({ ...reading, ts: reading.ts + dayMs }),
    });
    const at = discharge.readings[Math.ceil(discharge.readings.length / 2) - 1];
    const made = forecast(memory, (at?.reading.ts ?? 0) + dayMs);
    expect(made?.method).toBe('learned_model');
    const left = at?.leftAtThisLoadSeconds() ?? 0;
    expect(Math.abs((made?.runtimeSeconds ?? 0) / left - 1)).toBeLessThan(0.12);
  });

  it('survives a restart in the middle of a discharge as if nothing had happened', () => {
    const story = newStory();
    const { memory, ups, discharge } = story;
    hear(memory, story, { share: 0.5 });
    const again = recall(rememberedOf(memory));
    const rest = discharge.readings.slice(Math.ceil(discharge.readings.length / 2));
    for (const { reading } of rest) {
      followRuntime(memory, reading, ups.rated);
      followRuntime(again, reading, ups.rated);
    }
    expect(rememberedOf(again)).toBe(rememberedOf(memory));
  });

  it('is no cut-off where the voltage was none of a string of these ratings', () => {
    const story = newStory();
    const change = (reading: UpsReading) => ({
      ...reading,
      batteryVolts: 0.8 * (reading.batteryVolts ?? 0),
    });
    const { cutoff } = newRuntimeMemory();
    hear(story.memory, story, { change });
    followRuntime(story.memory, change(story.discharge.last), story.ups.rated);
    expect(story.memory.cutoff).toEqual(cutoff);
  });

  it('does not end the forecast where the UPS now holds below the cut-off that it had', () => {
    const story = newStory();
    story.memory.cutoff = { mean: 10.9, deviation: 0.04 };
    hear(story.memory, story);
    expect(story.memory.running?.volts).toBeLessThan(10.7);
    const last = story.discharge.readings.findLast((each) => each.leftSeconds > 60);
    const half = newStory();
    half.memory.cutoff = { mean: 10.9, deviation: 0.04 };
    const share = 1 - 60 / story.discharge.seconds;
    hear(half.memory, half, { share });
    const made = forecast(half.memory, half.memory.newest?.ts ?? 0);
    expect(made?.runtimeSeconds).toBeLessThan(1.15 * (last?.leftAtThisLoadSeconds() ?? 0));
    expect(made?.high).toBeGreaterThan(0);
  });

  it('is none where the load was switched off long before the end', () => {
    const story = newStory();
    const { cutoff } = newRuntimeMemory();
    hear(story.memory, story, { share: 0.1 });
    const { ts } = story.memory.newest ?? { ts: 0 };
    followRuntime(story.memory, { ...story.discharge.last, ts: ts + 5000 }, story.ups.rated);
    expect(story.memory.cutoff).toEqual(cutoff);
    expect(story.memory.emptyCharge).toBeUndefined();
  });

  it('is worth writing down at its begin, each five minutes and at its end', () => {
    const story = newStory();
    expect(isWorthRemembering(story.memory, STORY_START)).toBe(false);
    hear(story.memory, story, { share: 0.01 });
    expect(isWorthRemembering(story.memory, STORY_START - 1)).toBe(true);
    expect(isWorthRemembering(story.memory, STORY_START)).toBe(false);
    hear(story.memory, story);
    expect(isWorthRemembering(story.memory, STORY_START)).toBe(true);
    followRuntime(story.memory, story.discharge.last, story.ups.rated);
    expect(isWorthRemembering(story.memory, story.discharge.last.ts - 1)).toBe(true);
  });

  it('is not taken from what another version wrote', () => {
    const memory = newRuntimeMemory();
    expect(recall(JSON.stringify({ version: 0 }))).toEqual(memory);
    const other = { version: 1, belief: { x: [1], p: [1] } };
    expect(recall(JSON.stringify(other))).toEqual(memory);
    expect(recall(rememberedOf(memory))).toEqual(memory);
    expect(() => recall('{')).toThrow(SyntaxError);
  });

  it('goes on where mains was back for a moment only', () => {
    const story = newStory();
    hear(story.memory, story, { share: 0.5 });
    const left = story.memory.belief?.x[0] ?? 0;
    const { ts, charge = 0 } = story.memory.newest ?? { ts: 0 };
    const flicker = { ...quiet, charge, realpowerW: 5000 };
    followRuntime(story.memory, { ...flicker, ts: ts + 2000 }, story.ups.rated);
    const back = { ...flicker, input: 'lost' as const, ts: ts + 4000 };
    followRuntime(story.memory, back, story.ups.rated);
    expect(story.memory.belief?.x[0]).toBeCloseTo(left, 6);
  });
});

describe('a UPS that says little', () => {
  it('without any value has no forecast', () => {
    const memory = newRuntimeMemory();
    expect(forecast(memory, 0)).toBeUndefined();
    expect(exhaustedAt(memory)).toBeUndefined();
    followRuntime(memory, quiet, {});
    followRuntime(memory, { ...quiet, input: 'unknown', ts: quiet.ts + 1 }, {});
    expect(memory.newest?.ts).toBe(quiet.ts);
    expect(forecast(memory, quiet.ts)).toBeUndefined();
    followRuntime(memory, { ...quiet, input: 'lost', ts: quiet.ts + 5000 }, {});
    expect(exhaustedAt(memory)).toBeUndefined();
    expect(runtimeAt(memory, {})).toBeUndefined();
  });

  it('with its own forecast alone has that, less what such forecasts promise too much', () => {
    const memory = newRuntimeMemory();
    followRuntime(memory, { ...quiet, input: 'lost', runtime: 1000, charge: 90 }, {});
    expect(forecast(memory, quiet.ts)).toMatchObject({ runtimeSeconds: 800, method: 'reported' });
    const empty = { ...quiet, input: 'lost' as const, ts: quiet.ts + 500_000, isOff: true };
    followRuntime(memory, { ...empty, charge: 40 }, {});
    followRuntime(memory, { ...quiet, ts: quiet.ts + 9e6, runtime: 1000, charge: 100 }, {});
    expect(memory.bias).toBe(2);
    expect(forecast(memory, quiet.ts + 9e6)?.runtimeSeconds).toBe(500);
  });

  it('with its charge alone is forecast by the slope, to the count at which it was empty before', () => {
    const memory = newRuntimeMemory();
    for (let minute = 0; minute <= 4; minute++) followRuntime(memory, byCount(minute), {});
    expect(forecast(memory, byCount(4).ts)).toBeUndefined();
    for (let minute = 5; minute <= 10; minute++) followRuntime(memory, byCount(minute), {});
    expect(forecast(memory, byCount(10).ts)).toMatchObject({
      runtimeSeconds: 40 * 60,
      method: 'observed_slope',
    });
    followRuntime(memory, { ...byCount(11), isOff: true }, {});
    expect(memory.emptyCharge).toBe(78);
    const later = (minute: number) => ({ ...byCount(minute), ts: byCount(minute).ts + 9e6 });
    followRuntime(memory, { ...quiet, ts: quiet.ts + 8e6, charge: 100 }, {});
    for (let minute = 0; minute <= 10; minute++) followRuntime(memory, later(minute), {});
    expect(forecast(memory, later(10).ts)?.runtimeSeconds).toBe(60);
    followRuntime(memory, { ...later(10.5), runtime: 20 }, {});
    expect(forecast(memory, later(10.5).ts)).toMatchObject({ method: 'reported' });
  });

  it('with no voltage is forecast by the model, and by the slope where that is less', () => {
    const change = (reading: UpsReading) => without(reading, 'batteryVolts', 'batteryCelsius');
    const story = newStory();
    hear(story.memory, story, { change });
    followRuntime(story.memory, change(story.discharge.last), story.ups.rated);
    expect(story.memory.emptyCharge).toBe(story.discharge.last.charge);
    const dayMs = 86_400_000;
    const made = new Set<string | undefined>();
    for (const { reading } of story.discharge.readings) {
      const said = change({ ...reading, ts: reading.ts + dayMs });
      followRuntime(story.memory, said, story.ups.rated);
      made.add(forecast(story.memory, said.ts)?.method);
    }
    expect([...made].sort()).toContain('learned_model');
  });

  it('with a count that falls faster than the model is forecast by the slope', () => {
    const memory = newRuntimeMemory();
    const rated = { kW: 36, capacityAh: 65, blocks: 32 };
    for (let minute = 0; minute <= 10; minute++) {
      const fast = { ...byCount(minute), charge: 100 - 9 * minute, realpowerW: 9000 };
      followRuntime(memory, fast, rated);
    }
    expect(forecast(memory, byCount(10).ts)?.method).toBe('observed_slope');
    expect(forecast(memory, byCount(10).ts)?.runtimeSeconds).toBeCloseTo((600 * 10) / 90, 6);
  });

  it('has no forecast by a model without its load, nor its charge taken for more than it says', () => {
    const memory = newRuntimeMemory();
    followRuntime(memory, { ...byCount(0), batteryVolts: 400 }, { kW: 36, blocks: 32 });
    expect(forecast(memory, byCount(0).ts)).toBeUndefined();
    followRuntime(memory, { ...byCount(1), realpowerW: 9000 }, { kW: 36, blocks: 32 });
    expect(forecast(memory, byCount(1).ts)?.method).toBe('nameplate_model');
    followRuntime(memory, { ...quiet, ts: byCount(2).ts, charge: 95 }, { kW: 36, blocks: 32 });
    const [full, half] = [runtimeAt(memory, {}), runtimeAt(memory, { percent: 50 })];
    expect(half).toBeLessThan(full ?? 0);
  });

  it('follows the slope of the load of the moment', () => {
    const memory = newRuntimeMemory();
    const at = (minute: number, realpowerW: number) => ({ ...byCount(minute), realpowerW });
    for (let minute = 0; minute <= 9; minute++) followRuntime(memory, at(minute, 4000), {});
    followRuntime(memory, at(10, 8000), {});
    expect(forecast(memory, at(10, 0).ts)?.runtimeSeconds).toBe(20 * 60);
  });
});

describe('a UPS whose ratings nobody configured', () => {
  it('has them by what it says, and its capacity by its own forecast', () => {
    const story = newStory(3);
    const memory = newRuntimeMemory();
    const { ups } = story;
    followRuntime(memory, onMains(ups, STORY_START - 5000), {});
    expect(memory.derived.ratings?.kW).toBeCloseTo(ups.rated.kW, 6);
    expect(memory.derived.ratings?.blocks).toBe(ups.rated.blocks);
    hear(memory, story, { rated: {}, share: 0.5 });
    const at = story.discharge.readings[Math.ceil(story.discharge.readings.length / 2) - 1];
    const left = at?.leftAtThisLoadSeconds() ?? 0;
    const made = forecast(memory, at?.reading.ts ?? 0);
    expect((made?.runtimeSeconds ?? 0) / left).toBeGreaterThan(0.4);
    expect((made?.runtimeSeconds ?? 0) / left).toBeLessThan(1.4);
  });

  it('is taken for the usual string where it forecasts nothing either', () => {
    const memory = newRuntimeMemory();
    const said = { ...quiet, batteryVolts: 403, realpowerW: 9000, loadPercent: 25 };
    followRuntime(memory, said, {});
    expect(memory.derived.ratings).toMatchObject({ kW: 36, blocks: 32 });
    expect(forecast(memory, quiet.ts)?.runtimeSeconds).toBeGreaterThan(600);
    // Full, the voltage of float is known and the count is sure; a new configuration is taken up.
    followRuntime(memory, { ...said, ts: quiet.ts + 1000, charge: 100, batteryVolts: 432 }, {});
    expect(memory.derived.ratings?.blocks).toBe(32);
    followRuntime(memory, { ...quiet, ts: quiet.ts + 2000 }, { kW: 20, blocks: 16 });
    expect(memory.derived.ratings).toMatchObject({ kW: 20, blocks: 16 });
  });
});

it('a load that rises counts at once, one that falls by and by', () => {
  const memory = newRuntimeMemory();
  const at = (second: number, kW: number) => {
    const ts = quiet.ts + 1000 * second;
    followRuntime(memory, { ...quiet, ts, realpowerW: 1000 * kW }, {});
    return memory.newest?.lastingKw ?? 0;
  };
  expect(at(0, 10)).toBe(10);
  expect(at(5, 20)).toBe(20);
  expect(at(10, 10)).toBeGreaterThan(19);
  expect(at(310, 10)).toBeCloseTo(10, 0);
  followRuntime(memory, { ...quiet, ts: quiet.ts + 311_000 }, {});
  expect(memory.newest?.lastingKw).toBeCloseTo(10, 0);
});

const value = (max: number) =>
  fc.option(fc.double({ min: 0, max, noNaN: true }), { nil: undefined });

const hostile = fc.record({
  step: fc.integer({ min: -5000, max: 600_000 }),
  input: fc.constantFrom('mains' as const, 'lost' as const, 'test' as const, 'unknown' as const),
  charge: value(100),
  runtime: fc.oneof(fc.constantFrom(undefined, -1, 0, 65_535), value(172_800)),
  loadPercent: value(200),
  realpowerW: value(1e6),
  batteryVolts: value(1000),
  batteryCelsius: fc.option(fc.double({ min: -40, max: 90, noNaN: true }), { nil: undefined }),
  isLow: fc.boolean(),
  isOff: fc.boolean(),
});

it('whatever a UPS says, a forecast is a band of seconds from 0 to two days', () => {
  const rated = fc.constantFrom({}, { kW: 36, capacityAh: 65, blocks: 32 });
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 60 }), rated, (said, configured) => {
      let memory = newRuntimeMemory();
      let ts = STORY_START;
      for (const { step, ...values } of said) {
        ts += step;
        const given = Object.entries({ ...values, ts }).filter(([, v]) => v !== undefined);
        followRuntime(memory, Object.fromEntries(given) as unknown as UpsReading, configured);
        const made = forecast(memory, ts + 1000);
        if (made === undefined) continue;
        expect(made.runtimeSeconds).toBeGreaterThanOrEqual(0);
        expect(made.low).toBeLessThanOrEqual(made.runtimeSeconds);
        expect(made.high).toBeGreaterThanOrEqual(made.runtimeSeconds);
        expect(made.runtimeSeconds).toBeLessThanOrEqual(172_800);
        memory = recall(rememberedOf(memory));
      }
    }),
    { numRuns: 300, seed: 5 },
  );
});
