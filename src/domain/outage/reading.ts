import type { Mark, Stretch } from './mark.ts';
import type { Run, Track } from './track.ts';

/** The stretches in which it was seen, cut to the one asked for. */
export function seen(track: Track, { from, to }: Stretch): Stretch[] {
  const stretches: Stretch[] = [];
  for (let index = Math.max(0, track.indexAt(from)); index < track.runs.length; index += 1) {
    const run = track.runs[index] as Run;
    if (run.from >= to) break;
    const start = Math.max(from, run.from);
    const end = Math.min(to, track.seenUpTo(index));
    if (start < end) stretches.push({ from: start, to: end });
  }
  return stretches;
}

/** What ruled at the time, `unknown` words apart, and whether it was seen then. */
export function stateAt(track: Track, at: number): { mark: Mark | undefined; isSeen: boolean } {
  const index = track.indexAt(at);
  let known = index;
  while (known >= 0 && track.runs[known]?.mark === 'unknown') known -= 1;
  const isSeen = index >= 0 && at < track.seenUpTo(index);
  return { mark: track.runs[known]?.mark, isSeen };
}

/** The stretches, cut to the one asked for, in which one of the marks ruled, heard or not. */
export function ruled(
  track: Track,
  { from, to }: Stretch,
  isMark: (mark: Mark) => boolean,
): Stretch[] {
  const stretches: Stretch[] = [];
  let mark = stateAt(track, from).mark;
  let start = from;
  const end = (at: number) => {
    if (mark !== undefined && isMark(mark) && start < at) stretches.push({ from: start, to: at });
    start = at;
  };
  for (let index = track.indexAt(from) + 1; index < track.runs.length; index += 1) {
    const run = track.runs[index] as Run;
    if (run.from >= to) break;
    if (run.mark === 'unknown') continue;
    end(run.from);
    mark = run.mark;
  }
  end(to);
  return stretches;
}

/** The times within the stretch at which it may be otherwise than just before. */
export function turns(track: Track, { from, to }: Stretch): number[] {
  const times: number[] = [];
  for (let index = Math.max(0, track.indexAt(from)); index < track.runs.length; index += 1) {
    const run = track.runs[index] as Run;
    if (run.from >= to) break;
    for (const at of [run.from, track.seenUpTo(index)]) if (at > from && at < to) times.push(at);
  }
  return times;
}
