/** Messages are taken for so long before everything else gets its turn (ms). */
const TURN_MS = 10;

/**
 * Takes work in its order, as much at once as fits into one turn of the event loop: a burst that costs
 * more, as a fleet that goes to battery in one second, holds up neither the page nor the clock.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #begunAt: number | undefined;

  /** Resolves with what the work gives; it is done at once where there is time for it. */
  async take<T>(work: () => T): Promise<Awaited<T>> {
    if (this.#waiting.length > 0 || this.#isOver()) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return await work();
  }

  /** Resolves when all that came before is taken. */
  async drained(): Promise<void> {
    await this.take(() => undefined);
  }

  #isOver(): boolean {
    const now = performance.now();
    if (this.#begunAt === undefined) {
      this.#begunAt = now;
      setImmediate(() => void this.#next());
    }
    return now - this.#begunAt > TURN_MS;
  }

  async #next(): Promise<void> {
    this.#begunAt = performance.now();
    while (this.#waiting.length > 0 && performance.now() - this.#begunAt <= TURN_MS) {
      this.#waiting.shift()?.();
      // The work that this lets go on comes before the next look at the time.
      await Promise.resolve();
      await Promise.resolve();
    }
    if (this.#waiting.length > 0) setImmediate(() => void this.#next());
    else this.#begunAt = undefined;
  }
}
