import type { AlarmRecord, Context, Step } from './record.ts';
import { commit, still } from './transition.ts';

/** So many raises and returns within this time (ms) are chattering; without any for as long it ends. */
const FLIPS = 3;
const WINDOW_MS = 60_000;

/** The condition has come or gone. Chattering hides nothing: it is told, so that shelving is proposed. */
export function withFlip({ alarm, hidden }: AlarmRecord, context: Context): Step {
  const flips = [...(hidden.flips ?? []), context.now].slice(-FLIPS);
  const record = { alarm, hidden: { ...hidden, flips } };
  const [first = context.now] = flips;
  const isFast = flips.length === FLIPS && context.now - first <= WINDOW_MS;
  if (!isFast || alarm.isChattering === true) return still(record);
  const after = { ...record, alarm: { ...alarm, isChattering: true } };
  return commit(record, after, told(record, 'chattering'), context);
}

/** When it has been quiet for long enough (ms since 1970 UTC); `undefined` where it is quiet already. */
export function quietAt({ flips }: AlarmRecord['hidden']): number | undefined {
  const last = flips?.at(-1);
  return last === undefined ? undefined : last + WINDOW_MS;
}

/** Forgets what came and went, as it is quiet. */
export function quieten({ alarm, hidden }: AlarmRecord, context: Context): Step {
  const { flips: _past, ...rest } = hidden;
  const record = { alarm, hidden: rest };
  if (alarm.isChattering !== true) return still(record);
  const { isChattering: _over, ...calm } = alarm;
  return commit(record, { ...record, alarm: calm }, told(record, 'steady'), context);
}

function told({ alarm }: AlarmRecord, reason: 'chattering' | 'steady') {
  return { event: 'CHATTERING', to: alarm.state, reason } as const;
}
