import type { Reject } from '../../../src/contract/sample.ts';
import type { FleetChange } from '../../../src/domain/fleet.ts';

const NAMES_KEPT = 10_000;

/** What the counts of rejects must be, kept apart from the product's own. */
export class Account {
  readonly expected: Record<string, number> = {};
  readonly #names = new Set<string>();

  /** An unknown metric counts once per device and name, and only so many of them. */
  note(rejects: readonly Reject[]): void {
    for (const { reason, topic, metric } of rejects) {
      if (reason === 'unknown_metric') {
        const name = `${topic} ${metric}`;
        if (this.#names.has(name) || this.#names.size >= NAMES_KEPT) continue;
        this.#names.add(name);
      }
      this.#add(reason);
    }
  }

  noteFleet(change: FleetChange): void {
    if (change.outcome === 'rejected') this.#add(change.reason);
  }

  #add(reason: string): void {
    this.expected[reason] = (this.expected[reason] ?? 0) + 1;
  }
}
