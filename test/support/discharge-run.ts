import {
  type Battery,
  discharge,
  runtimeSeconds,
  stepDischarge,
} from '../../simulators/physics/battery.ts';
import { createRuntimeEstimate } from '../../simulators/physics/runtime-estimate.ts';
import type { Random } from '../../simulators/random.ts';
import type { Rated, UpsReading } from '../../src/domain/runtime/reading.ts';

const INTERVAL_SECONDS = 5;
const LONGEST_SECONDS = 4 * 3600;
const types = [
  { kW: 36, capacityAh: 65, blocks: 32 },
  { kW: 18, capacityAh: 24, blocks: 32 },
  { kW: 9, capacityAh: 40, blocks: 16 },
] as const;

/** A UPS as it truly is, and how it counts its charge: by the ampere-hour, or weighed by Peukert's rule. */
export interface TrueUps {
  rated: Required<Rated>;
  battery: Battery;
  count: 'coulomb' | 'peukert';
  /** Its own estimate is 1.4 times what is truly left at the load of the moment, or what a new string would give. */
  estimate: 'of_truth' | 'of_new_string';
}

/** A reading, with what was truly left at its time: as the load then went, and at the load of the moment. */
export interface TrueReading {
  reading: UpsReading;
  leftSeconds: number;
  leftAtThisLoadSeconds: () => number;
}

export interface Discharge {
  /** From the transfer to the drop of the load. */
  seconds: number;
  readings: TrueReading[];
  /** The reading that says that the load has dropped. */
  last: UpsReading;
}

/**
 * A UPS of one of three types; everything that the monitor does not know is drawn. A `harsh` one goes beyond what
 * is asked: its voltage falls along a bent line, and its own estimate knows nothing of age, cold or Peukert.
 */
export function drawUps(random: Random, isHarsh = false): TrueUps {
  const bend = isHarsh ? 0.06 : 0;
  const rated = types[Math.floor(random.next() * types.length)] ?? types[0];
  const battery: Battery = {
    capacityAh: rated.capacityAh * random.between(0.95, 1.05),
    blocks: rated.blocks,
    ratedKw: rated.kW,
    stateOfHealth: random.between(0.6, 1),
    temperatureC: random.between(0, 35),
    make: {
      peukert: random.between(1.1, 1.3),
      cutoffVolts: random.between(9.7, 10.5),
      ohmsFactor: random.between(0.7, 1.4),
      efficiencyFactor: random.between(0.95, 1.02),
      offsetVolts: random.between(-0.08, 0.08),
      slopeVolts: random.between(1.15, 1.35),
      knee: random.between(0.065, 0.095),
      bendVolts: random.between(-bend, bend),
    },
  };
  const count = random.next() < 0.5 ? 'coulomb' : 'peukert';
  const estimate = isHarsh ? 'of_new_string' : 'of_truth';
  return { rated: { ...rated }, battery, count, estimate };
}

/** Levels of load (share of the rating) with the seconds at which they begin. */
interface Level {
  from: number;
  share: number;
}

function drawLevels({ battery }: TrueUps, random: Random): Level[] {
  const first = { from: 0, share: random.between(0.2, 1) };
  const lasts = runtimeSeconds(1, first.share * battery.ratedKw, battery);
  const changes = 1 + Math.floor(random.next() * 3);
  const later = Array.from({ length: changes }, () => ({
    from: random.between(0, lasts),
    share: random.between(0.2, 1),
  }));
  return [first, ...later.toSorted((a, b) => a.from - b.from)];
}

const rounded = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits;

const OPTIMISM = 1.4;

/** What the UPS itself says that is left, s. */
function estimated(ups: TrueUps, at: { kw: number; charge: number; counted: number }): number {
  const { rated, battery } = ups;
  if (ups.estimate === 'of_truth') return OPTIMISM * runtimeSeconds(at.charge, at.kw, battery);
  const asNew = createRuntimeEstimate({ ...rated, ratedKw: rated.kW });
  return OPTIMISM * asNew(at.counted, at.kw);
}

/** Telemetry as simulators/devices/ups.ts gives it: its noise, its rounding. */
function readingOf(
  ups: TrueUps,
  at: { ts: number; kw: number; charge: number; counted: number; celsius: number },
  random: Random,
): UpsReading {
  const { rated, battery } = ups;
  const { blockVolts } = discharge(at.kw, at.charge, battery);
  const runtime = estimated(ups, at);
  return {
    ts: at.ts,
    input: 'lost',
    charge: rounded(100 * at.counted, 1),
    runtime: rounded(runtime, 0),
    loadPercent: rounded((100 * at.kw) / rated.kW, 1),
    realpowerW: rounded(at.kw * 1000, 0),
    batteryVolts: rounded(blockVolts * battery.blocks + 0.1 * random.gaussian(), 1),
    batteryCelsius: rounded(at.celsius, 1),
    runtimeLow: 120,
    isLow: runtime < 120 || at.counted < 0.15,
    isOff: false,
  };
}

/** What the UPS takes from its count in `seconds`: its capacity for new, its exponent for 1.2. */
function countedShare({ rated, count, battery }: TrueUps, kw: number, charge: number): number {
  if (count === 'peukert') {
    const asNew: Battery = { ...rated, ratedKw: rated.kW, stateOfHealth: 1, temperatureC: 25 };
    return 1 - stepDischarge(1, kw, 1, asNew);
  }
  return discharge(kw, charge, battery).amps / rated.capacityAh / 3600;
}

/** A discharge from full charge until the load drops; a message every 5 s, the battery in steps of 1 s. */
export function playDischarge(ups: TrueUps, random: Random, startAt: number): Discharge {
  const { battery } = ups;
  const levels = drawLevels(ups, random);
  const drawn: { reading: UpsReading; charge: number; kw: number }[] = [];
  let [charge, counted, ripple, second, celsius] = [1, 1, 0, 0, battery.temperatureC];
  let kw = 0;
  for (; second < LONGEST_SECONDS; second++) {
    const level = levels.findLast(({ from }) => from <= second)?.share ?? 0;
    ripple = 0.98 * ripple + 0.004 * random.gaussian();
    kw = battery.ratedKw * Math.min(1, Math.max(0.2, level * (1 + ripple)));
    if (discharge(kw, charge, battery).isExhausted) break;
    if (second % INTERVAL_SECONDS === 0) {
      const at = { ts: startAt + 1000 * second, kw, charge, counted, celsius };
      drawn.push({ reading: readingOf(ups, at, random), charge, kw });
    }
    counted = Math.max(0, counted - countedShare(ups, kw, charge));
    charge = stepDischarge(charge, kw, 1, battery);
    celsius += (battery.temperatureC + 6 - celsius) / 1800;
  }
  const readings = drawn.map(({ reading, charge: left, kw: load }) => ({
    reading,
    leftSeconds: second - (reading.ts - startAt) / 1000,
    leftAtThisLoadSeconds: () => runtimeSeconds(left, load, battery),
  }));
  const last = drawn.at(-1)?.reading;
  if (last === undefined) throw new Error('the string cannot hold its load from the first second');
  return {
    seconds: second,
    readings,
    last: { ...last, ts: startAt + 1000 * second, loadPercent: 0, realpowerW: 0, isOff: true },
  };
}

/** On mains and full, as after a long charge. */
export function onMains(ups: TrueUps, ts: number): UpsReading {
  const kw = 0.3 * ups.battery.ratedKw;
  return {
    ts,
    input: 'mains',
    charge: 100,
    runtime: Math.round(estimated(ups, { kw, charge: 1, counted: 1 })),
    loadPercent: 30,
    realpowerW: kw * 1000,
    batteryVolts: 13.6 * ups.battery.blocks,
    batteryCelsius: ups.battery.temperatureC,
    runtimeLow: 120,
    isLow: false,
    isOff: false,
  };
}
