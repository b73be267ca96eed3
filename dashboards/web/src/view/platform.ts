import type { Platform } from '../../../../src/contract/live.ts';
import type { Dependency, ReadinessState } from '../../../../src/contract/readiness.ts';

export interface Trouble {
  dependency: Dependency;
  state: ReadinessState;
}

/** What needs a person, in the order of the data's way. A start is no trouble. */
export function troubles(platform: Platform): Trouble[] {
  const order: readonly Dependency[] = ['broker', 'journal', 'spool', 'store', 'accounts'];
  return order.flatMap((dependency) => {
    const state = platform[dependency]?.state ?? 'ok';
    return state === 'ok' || state === 'connecting' ? [] : [{ dependency, state }];
  });
}

/** Alarms need the broker and the journal alone. */
export function goesOn({ dependency }: Trouble): boolean {
  return dependency !== 'broker' && dependency !== 'journal';
}
