import { type Battery, runtimeSeconds } from './battery.ts';

const LOADS = 33;
const CHARGES = 51;
const LOWEST_LOAD = 0.01;
const HIGHEST_LOAD = 1.4;

type StringType = Pick<Battery, 'capacityAh' | 'blocks' | 'ratedKw'>;
type Estimate = (charge: number, kw: number) => number;

const known = new Map<string, Estimate>();

/** Seconds by load (rows, spaced evenly in its logarithm) and charge (columns) of a new string at 25 °C. */
function tabulate({ capacityAh, blocks, ratedKw }: StringType): Float64Array {
  const battery: Battery = { capacityAh, blocks, ratedKw, stateOfHealth: 1, temperatureC: 25 };
  const table = new Float64Array(LOADS * CHARGES);
  const span = Math.log(HIGHEST_LOAD / LOWEST_LOAD);
  for (let load = 0; load < LOADS; load++) {
    const kw = ratedKw * LOWEST_LOAD * Math.exp((span * load) / (LOADS - 1));
    for (let charge = 0; charge < CHARGES; charge++) {
      table[load * CHARGES + charge] = runtimeSeconds(charge / (CHARGES - 1), kw, battery);
    }
  }
  return table;
}

/**
 * The runtime that a UPS reports: (charge 0–1, load kW) → seconds. It takes its string for new and at
 * 25 °C, so it is optimistic for an aged or cold one. Interpolated between the runtimes of the battery
 * model, linear in charge and in the logarithm of the load; within 3 % of it from 20 % of charge.
 */
export function createRuntimeEstimate(type: StringType): Estimate {
  const name = `${type.capacityAh}/${type.blocks}/${type.ratedKw}`;
  const cached = known.get(name);
  if (cached !== undefined) return cached;
  const table = tabulate(type);
  const span = Math.log(HIGHEST_LOAD / LOWEST_LOAD);
  const estimate: Estimate = (charge, kw) => {
    const row = (Math.log(kw / type.ratedKw / LOWEST_LOAD) / span) * (LOADS - 1);
    const y = Math.max(0, Math.min(LOADS - 1.000001, row));
    const x = Math.max(0, Math.min(CHARGES - 1.000001, charge * (CHARGES - 1)));
    const at = Math.floor(y) * CHARGES + Math.floor(x);
    const [dx, dy] = [x % 1, y % 1];
    const lighter = (table[at] ?? 0) * (1 - dx) + (table[at + 1] ?? 0) * dx;
    const heavier = (table[at + CHARGES] ?? 0) * (1 - dx) + (table[at + CHARGES + 1] ?? 0) * dx;
    return lighter * (1 - dy) + heavier * dy;
  };
  known.set(name, estimate);
  return estimate;
}
