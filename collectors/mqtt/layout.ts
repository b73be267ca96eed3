import type { Channel, Kind } from '../../src/contract/kind.ts';
import { METRICS, type MetricValue } from '../../src/contract/metric.ts';
import { VALUE_CHECKS, type ValueCheck } from './value-check.ts';

/** One value of a payload: what it means, and the bytes between the value before and this one. */
export interface Slot {
  literal: Uint8Array;
  role: 'ts' | 'seq' | 'backfill' | 'metric';
  key: string;
  check: ValueCheck;
  /** `battery.charge=`, as a line has it. */
  field: Uint8Array;
  /** The last text at this place: most are the same again. */
  lastText: string;
  lastBytes: Uint8Array;
}

/**
 * How a device writes its payloads: which values in which order, with the bytes between them. A device's
 * program writes the same names in the same order each time, so that only the values need to be read.
 */
export interface Layout {
  slots: Slot[];
  tail: Uint8Array;
  /** The metrics that were last read by it: a copy has every name already, and is cheaper to fill. */
  last: Record<string, MetricValue>;
}

const NO_BYTES = new Uint8Array(0);
const RESERVED: ReadonlySet<string> = new Set(['ts', 'seq', 'backfill']);
/** A member's name and what stands before its value. A name with an escape is not learned. */
const MEMBER = /\s*([{,])\s*"([^"\\]*)"\s*:\s*/y;
const VALUE = /"[^"\\]*"|true|false|-?[0-9][0-9.eE+-]*/y;
const TAIL = /\s*\}\s*$/y;

/**
 * Learns the layout of a payload that was decoded without a reject; `undefined` where it has something
 * that only the full decoding understands.
 */
export function learnLayout(text: string, kind: Kind, channel: Channel): Layout | undefined {
  const slots: Slot[] = [];
  let literalStart = 0;
  let at = 0;
  for (;;) {
    MEMBER.lastIndex = at;
    const member = MEMBER.exec(text);
    if (member === null) break;
    const [, opening, key = ''] = member;
    if ((opening === '{') !== (slots.length === 0)) return undefined;
    const slot = slotOf(key, kind, channel, text.slice(literalStart, MEMBER.lastIndex));
    if (slot === undefined || slots.some((one) => one.key === key)) return undefined;
    slots.push(slot);
    VALUE.lastIndex = MEMBER.lastIndex;
    if (!VALUE.test(text)) return undefined;
    at = VALUE.lastIndex;
    literalStart = at;
  }
  TAIL.lastIndex = at;
  if (slots.length === 0 || !TAIL.test(text)) return undefined;
  return { slots, tail: Buffer.from(text.slice(literalStart)), last: {} };
}

function slotOf(key: string, kind: Kind, channel: Channel, literal: string): Slot | undefined {
  const common = { key, literal: Buffer.from(literal), lastText: '', lastBytes: NO_BYTES };
  if (key === 'ts' || (RESERVED.has(key) && channel === 'telemetry')) {
    const role = key as 'ts' | 'seq' | 'backfill';
    return { ...common, role, check: never, field: NO_BYTES };
  }
  const check = VALUE_CHECKS.get(key);
  const isOfChannel = (key === 'online') === (channel === 'state');
  if (check === undefined || !isOfChannel || !METRICS.get(key)?.kinds.includes(kind)) {
    return undefined;
  }
  return { ...common, role: 'metric', check, field: Buffer.from(`${key}=`) };
}

const never = (() => false) as unknown as ValueCheck;
