/** A message later than this is late (ms). */
export const LATE_MS = 100;
const HIGHEST_MS = 5000;

/** How long after its due time each message was written to its socket. */
export class Punctuality {
  readonly #counts = new Uint32Array(HIGHEST_MS + 1);
  count = 0;
  lateCount = 0;
  maxMs = 0;

  note(lagMs: number): void {
    this.count += 1;
    if (lagMs > LATE_MS) this.lateCount += 1;
    if (lagMs > this.maxMs) this.maxMs = lagMs;
    const slot = Math.max(0, Math.min(HIGHEST_MS, Math.round(lagMs)));
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
  }

  /** The lag (ms) that this share (0–1) of the messages kept. */
  quantile(share: number): number {
    let left = Math.ceil(share * this.count);
    for (let lag = 0; lag <= HIGHEST_MS; lag++) {
      left -= this.#counts[lag] ?? 0;
      if (left <= 0) return lag;
    }
    return HIGHEST_MS;
  }
}
