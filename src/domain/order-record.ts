import type { Kind } from '../contract/kind.ts';
import type { DeviceState, Held } from './device-state.ts';
import type { WrongClock } from './sample-order.ts';

/** What of a device's order outlives the process (times in ms since 1970 UTC). */
export interface OrderRecord {
  site: string;
  device: string;
  /** Absent where only the journal knows the device. */
  kind?: Kind;
  newestTs: number;
  newestSeq?: number;
  clock?: WrongClock;
  /** A backlog whose end would raise an alarm and does not count yet. */
  held?: Held;
}

/** A message that moved an alarm: its time (`ts`), and ours when it did (`at`); from the journal. */
export interface AlarmSource {
  site: string;
  device: string;
  ts: number;
  at: number;
}

/** `undefined` for a device that never gave a time of its own. */
export function recordOf(state: DeviceState): OrderRecord | undefined {
  const { newestTs, newestSeq, clock } = state.order;
  if (newestTs === undefined) return undefined;
  return {
    site: state.site,
    device: state.id,
    kind: state.kind,
    newestTs,
    ...(newestSeq === undefined ? {} : { newestSeq }),
    ...(clock === undefined ? {} : { clock }),
    ...(state.kept === undefined ? {} : { held: state.kept }),
  };
}

/** Takes up what a record says. */
export function recall(state: DeviceState, record: OrderRecord): void {
  const { order } = state;
  order.newestTs = record.newestTs;
  order.newestSeq = record.newestSeq;
  order.clock = record.clock;
  state.held = record.held;
  state.kept = record.held;
}

/**
 * The records, brought up to what the journal knows better: a message that moved an alarm after its
 * device's record was saved had been received by then, and what was held until then has counted.
 */
export function withAlarmSources(
  saved: readonly { record: OrderRecord; savedAt: number }[],
  sources: readonly AlarmSource[],
): OrderRecord[] {
  const known = new Map(saved.map((one) => [keyOf(one.record), one]));
  for (const source of sources) {
    const { site, device, ts, at } = source;
    const one = known.get(keyOf(source));
    const savedAt = one?.savedAt ?? at;
    if (at < savedAt || ts < (one?.record.newestTs ?? ts)) continue;
    const { kind, newestTs, newestSeq, clock } = one?.record ?? {};
    const record: OrderRecord = { site, device, newestTs: ts };
    if (kind !== undefined) record.kind = kind;
    if (clock !== undefined) record.clock = clock;
    if (newestSeq !== undefined && newestTs === ts) record.newestSeq = newestSeq;
    known.set(keyOf(source), { record, savedAt });
  }
  return [...known.values()].map(({ record }) => record);
}

function keyOf({ site, device }: { site: string; device: string }): string {
  return `${site}/${device}`;
}
