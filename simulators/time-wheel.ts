/** What is due at which tick; a tick's items keep the order in which they were scheduled. */
export class TimeWheel<T> {
  readonly #slots = new Map<number, T[]>();

  schedule(tick: number, item: T): void {
    const slot = this.#slots.get(tick);
    if (slot === undefined) this.#slots.set(tick, [item]);
    else slot.push(item);
  }

  /** What is due at this tick, which is over with that. */
  take(tick: number): readonly T[] {
    const slot = this.#slots.get(tick) ?? [];
    this.#slots.delete(tick);
    return slot;
  }
}
