import type { Random } from '../random.ts';

/** A value that is drawn back to `mean` with time constant `tauSeconds` and deviates by `sigma`. */
export interface NoiseModel {
  mean: number;
  sigma: number;
  tauSeconds: number;
}

/**
 * Ornstein-Uhlenbeck noise, exact for any step (D. T. Gillespie 1996):
 * x(t+Δt) = m + (x−m)·e^(−Δt/τ) + σ·√(1−e^(−2Δt/τ))·N(0,1), σ the stationary deviation in x's unit.
 */
export function stepNoise(value: number, model: NoiseModel, dtSeconds: number, random: Random) {
  const decay = Math.exp(-dtSeconds / model.tauSeconds);
  const spread = model.sigma * Math.sqrt(1 - decay * decay);
  return model.mean + (value - model.mean) * decay + spread * random.gaussian();
}
