import { now } from '../feed/store.ts';
import { format } from '../language.ts';

/** How long ago `at` was (ms since 1970 UTC), ticking. */
export function Age({ at }: { at: number }) {
  return <span class="age">{format.value.age((now.value - at) / 1000)}</span>;
}

/** How long something that began at `from` lasts, ticking. */
export function Elapsed({ from }: { from: number }) {
  return <span class="age">{format.value.elapsed((now.value - from) / 1000)}</span>;
}
