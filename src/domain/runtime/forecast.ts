import type { Forecast } from '../../contract/device.ts';
import {
  CHARGE,
  type Draw,
  secondsToCutoff,
  STATES,
  temperatureFactor,
  wattsABlock,
} from './battery-model.ts';
import type { Belief } from './estimator.ts';
import { beliefOf, isOnBattery, ratingsOf, TUNE } from './follow.ts';
import type { RuntimeMemory } from './memory.ts';
import type { Rated } from './reading.ts';

const work: number[] = new Array<number>(STATES).fill(0);
const grad = new Float64Array(STATES);
const STEP = [0.01, 0.02, 0.01, 0.03, 0.02, 0.02, 0.03, 0.01] as const;

/** Deviation of ln t by the beliefs. */
export function relDeviation({ x, p }: Belief, draw: Draw, central: number): number {
  for (let i = 0; i < STATES; i++) work[i] = x[i] as number;
  for (let i = 0; i < STATES; i++) {
    const h = STEP[i] as number;
    work[i] = (x[i] as number) - h;
    const t = Math.max(1, secondsToCutoff(work, draw));
    grad[i] = (Math.log(Math.max(1, central)) - Math.log(t)) / h;
    work[i] = x[i] as number;
  }
  let v = 0;
  for (let r = 0; r < STATES; r++)
    for (let c = 0; c < STATES; c++)
      v += (grad[r] as number) * (grad[c] as number) * (p[r * STATES + c] as number);
  return Math.sqrt(Math.max(0, v));
}

/** E[c | c < V] of a normal c. */
function survivedCutoff(cutoff: { mean: number; deviation: number }, least: number | undefined) {
  if (least === undefined) return cutoff;
  const { mean, deviation } = cutoff;
  const a = (least - mean) / deviation;
  if (a > 3) return cutoff;
  const phi = Math.exp(-a * a / 2) / Math.sqrt(2 * Math.PI);
  const Phi = a < -4 ? 0 : 0.5 * (1 + Math.sign(a) * Math.sqrt(1 - Math.exp((-2 * a * a) / Math.PI)));
  if (Phi < 1e-4) return { mean: least - deviation * 0.3, deviation: deviation * 0.3 };
  const l = phi / Phi;
  return {
    mean: mean - deviation * l,
    deviation: deviation * Math.sqrt(Math.max(0.05, 1 - a * l - l * l)),
  };
}

export function forecast(memory: RuntimeMemory, now: number, rated: Rated): Forecast | undefined {
  const { newest, running } = memory;
  if (newest === undefined) return undefined;
  const ratings = ratingsOf(memory, rated);
  const kW = newest.lastingKw;
  if (ratings === undefined || kW === undefined) return undefined;
  const belief = beliefOf(memory, rated);
  if (running === undefined) belief.x[CHARGE] = (newest.charge ?? 100) / 100;
  const cut = survivedCutoff(memory.cutoff, running?.leastVolts);
  const draw: Draw = {
    watts: wattsABlock(kW, ratings),
    ratings,
    warmth: temperatureFactor(newest.celsius ?? 20),
    cutoffVolts: cut.mean,
  };
  const central = secondsToCutoff(belief.x, draw);
  const rel = Math.hypot(relDeviation(belief, draw, central), TUNE.extra);
  const z = 1.3;
  const pess = (zz: number) => {
    const byCut = secondsToCutoff(belief.x, { ...draw, cutoffVolts: cut.mean + zz * cut.deviation });
    const lc = Math.log(Math.max(1, central) / Math.max(1, byCut));
    return central * Math.exp(-Math.sign(zz) * Math.hypot(zz * rel, lc));
  };
  const lerp = (v: number, a: number, b: number) => Math.max(0, Math.min(1, (v - a) / (b - a)));
  const q = pess(TUNE.z1 + TUNE.ze * Math.exp(-(running?.seconds ?? 0) / TUNE.te));
  const near = 1 - lerp(q, TUNE.t0, TUNE.t1);
  const safe = Math.min(central, TUNE.allow * q);
  const t = Math.max(0, central + near * (safe - central) - TUNE.abs * near);
  void isOnBattery;
  void now;
  return {
    runtimeSeconds: t,
    low: pess(z),
    high: pess(-z),
    method: memory.discharges > 0 ? 'learned_model' : 'nameplate_model',
  };
}
