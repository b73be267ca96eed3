import type { Reject } from '../contract/sample.ts';

const KEPT = 200;
const NAMES_KEPT = 10_000;

/** Counts rejects by reason and keeps the newest; an unknown metric counts once per device and name. */
export class RejectLog {
  readonly #newest: Reject[] = [];
  readonly #counts: Record<string, number> = {};
  readonly #unknownNames = new Set<string>();

  add(reject: Reject): void {
    if (reject.reason === 'unknown_metric') {
      const name = `${reject.topic} ${reject.metric}`;
      if (this.#unknownNames.has(name) || this.#unknownNames.size >= NAMES_KEPT) return;
      this.#unknownNames.add(name);
    }
    this.#counts[reject.reason] = (this.#counts[reject.reason] ?? 0) + 1;
    this.#newest.unshift(reject);
    if (this.#newest.length > KEPT) this.#newest.pop();
  }

  newest(): readonly Reject[] {
    return this.#newest;
  }

  counts(): Readonly<Record<string, number>> {
    return this.#counts;
  }
}
