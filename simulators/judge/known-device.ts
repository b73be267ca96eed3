import type { Kind } from '../../src/contract/kind.ts';
import type { StateChange, Transmission } from '../truth/witness.ts';

const MINUTE_MS = 60_000;
/** Times before this, or this far ahead, are unusable (contract 2). */
const EARLIEST_MS = Date.UTC(2020, 0, 1);
const AHEAD_MS = 5 * MINUTE_MS;
/** Older than this at receipt, the newest message waits until none has come for a second. */
const BACKLOG_MS = MINUTE_MS;
const QUIET_MS = 1000;
/** A tick may pass until what waited counts. */
const SETTLE_MS = 2500;

/** A UPS said that its input was gone, from `from` on, and first that it was back at `to`. */
export interface InputLoss {
  /** When it truly told so, and when the monitor heard of it. */
  toldAt: number;
  from: number;
  to?: number;
  /** It was unheard for a while, so that nobody can say when its return to normal counts from. */
  isUnsure: boolean;
}

/** What anybody can know of a device who reads the contract and hears what was sent. */
export class KnownDevice {
  readonly key: string;
  readonly kind: Kind;
  readonly intervalMs: number;
  /** Its true states. */
  readonly truth: StateChange[] = [];
  readonly losses: InputLoss[] = [];
  /** The points that the store must hold: their times and values. */
  readonly points: { ts: number[]; value: number[] } = { ts: [], value: [] };
  /** Points stored at a time that only the monitor knows. */
  uncertainPoints = 0;
  #newestReceipt = Number.NEGATIVE_INFINITY;
  /** The state that the live view must show. */
  told: string | undefined;
  lastSeen: number | undefined;
  isGone = false;
  /** Until then the monitor may still be waiting for the end of a backlog. */
  unsureUntil = 0;
  #newestTs = Number.NEGATIVE_INFINITY;
  #held: { sent: Transmission; since: number } | undefined;

  constructor(key: string, kind: Kind, intervalMs: number) {
    this.key = key;
    this.kind = kind;
    this.intervalMs = intervalMs;
  }

  /** Takes a message that is received at `now` (ms since 1970 UTC). */
  receive(sent: Transmission, now: number, isReceiptExact: boolean): void {
    if (sent.isOnline === false) {
      this.#noteSilence(now);
      this.isGone = true;
      return;
    }
    if (sent.ts === undefined) return;
    const isUsable = sent.ts >= EARLIEST_MS && sent.ts <= now + AHEAD_MS;
    const isStoredAtReceipt = !isUsable && sent.channel === 'telemetry';
    const ts = isStoredAtReceipt ? this.#receiptTime(now) : isUsable ? sent.ts : now;
    this.#expectPoint(sent, ts, isUsable || isReceiptExact);
    if (isUsable) {
      if (sent.isBackfill || sent.ts < this.#newestTs) return;
      // The state channel measures nothing: telemetry from before it is not late.
      if (sent.channel === 'telemetry') this.#newestTs = sent.ts;
    }
    this.settle(now);
    this.#noteSilence(now);
    this.lastSeen = now;
    this.isGone = false;
    if (sent.channel === 'state') return;
    if (isUsable && now - sent.ts > BACKLOG_MS) {
      this.unsureUntil = now + SETTLE_MS;
      this.#held = { sent, since: now };
      return;
    }
    this.#held = undefined;
    this.#take(sent, now);
  }

  /** Lets the end of a backlog count once nothing newer has come. */
  settle(now: number): void {
    if (this.#held === undefined || now - this.#held.since < QUIET_MS) return;
    const { sent, since } = this.#held;
    this.#held = undefined;
    this.#take(sent, since + QUIET_MS);
  }

  #take({ state, isInputLost, at }: Transmission, now: number): void {
    if (state !== undefined) this.told = state;
    if (isInputLost === undefined) return;
    const last = this.losses.at(-1);
    const isOpen = last !== undefined && last.to === undefined;
    if (isInputLost && !isOpen) this.losses.push({ toldAt: at, from: now, isUnsure: false });
    if (!isInputLost && isOpen) last.to = now;
  }

  /** Of those received within one millisecond, a later one is stored at the next. */
  #receiptTime(now: number): number {
    this.#newestReceipt = Math.max(now, this.#newestReceipt + 1);
    return this.#newestReceipt;
  }

  #expectPoint({ channel, value }: Transmission, ts: number, isExact: boolean): void {
    if (channel !== 'telemetry' || value === undefined) return;
    if (!isExact) {
      this.uncertainPoints += 1;
      return;
    }
    this.points.ts.push(ts);
    this.points.value.push(value);
  }

  /** Return to normal needs known values: an off-delay begins anew after a silence. */
  #noteSilence(now: number): void {
    const last = this.losses.at(-1);
    if (last === undefined || this.lastSeen === undefined) return;
    if (this.isGone || now - this.lastSeen >= 5 * this.intervalMs) last.isUnsure = true;
  }
}
