import type { Logger } from 'pino';
import type { Readiness, ReadinessState } from '../contract/readiness.ts';

/** Tells the log of each change of a dependency's state, once. Those that tell it themselves are not given. */
export class StateLog {
  readonly #log: Logger;
  readonly #states = new Map<string, ReadinessState>();

  constructor(log: Logger) {
    this.#log = log;
  }

  look(readiness: Readonly<Record<string, Readiness>>): void {
    for (const [name, { isReady, state, detail }] of Object.entries(readiness)) {
      const before = this.#states.get(name) ?? 'ok';
      this.#states.set(name, state);
      if (state === before) continue;
      if (state === 'ok') this.#log.info(`${name}: works again`);
      else this.#log[isReady ? 'warn' : 'error']({ state, detail }, `${name}: needs a person`);
    }
  }
}
