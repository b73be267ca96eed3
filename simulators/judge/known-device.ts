import type { Kind } from '../../src/contract/kind.ts';
import type { StateChange, Transmission } from '../truth/witness.ts';
import { isUsableTime, KnownClock } from './known-clock.ts';
import { Words } from './words.ts';

/** A held message counts when no newer one has come for so long. */
const QUIET_MS = 1000;
/** A tick may pass until what waited counts. */
const SETTLE_MS = 2500;

/** A UPS said that its input was gone, from `from` on, and first that it was back at `to`. */
export interface InputLoss {
  /** When it truly told so, when that arrived, and when it counted (ms since 1970 UTC). */
  toldAt: number;
  receivedAt: number;
  from: number;
  to?: number;
  /** It was unheard for a while, so that nobody can say when its return to normal counts from. */
  isUnsure: boolean;
}

/** The device gave signs of life from `from` to `to`, an interval apart or little more (ms since 1970 UTC). */
export interface Hearing {
  from: number;
  to: number;
}

/** What anybody can know of a device who reads the contract and hears what was sent. */
export class KnownDevice {
  readonly key: string;
  readonly kind: Kind;
  readonly intervalMs: number;
  /** Its true states. */
  readonly truth: StateChange[] = [];
  readonly losses: InputLoss[] = [];
  readonly words = new Words();
  readonly hearings: Hearing[] = [];
  /** What it said of its state, each time that this changed, by receipt. */
  readonly sayings: { at: number; state: string }[] = [];
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
  readonly #clock = new KnownClock();
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
    const isUsable = isUsableTime(sent.ts, now);
    const isStoredAtReceipt = !isUsable && sent.channel === 'telemetry';
    const ts = isStoredAtReceipt ? this.#receiptTime(now) : isUsable ? sent.ts : now;
    this.#expectPoint(sent, ts, isUsable || isReceiptExact);
    const standing = isUsable ? this.#clock.place(sent, now) : sent.isBackfill ? 'late' : 'now';
    this.#hear(sent, { saidAt: ts, receivedAt: now, isLate: standing !== 'now' });
    if (standing === 'late' && isUsable) return;
    this.settle(now);
    this.#noteSilence(now);
    this.#noteLife(now);
    if (sent.channel === 'state') return;
    if (standing === 'held') {
      this.unsureUntil = now + SETTLE_MS;
      this.#held = { sent, since: now };
      return;
    }
    this.#held = undefined;
    this.#take(sent, now, now);
  }

  /** Lets the end of a backlog count once nothing newer has come. */
  settle(now: number): void {
    if (this.#held === undefined || now - this.#held.since < QUIET_MS) return;
    const { sent, since } = this.#held;
    this.#held = undefined;
    this.#take(sent, since, since + QUIET_MS);
  }

  #hear(sent: Transmission, received: { saidAt: number; receivedAt: number; isLate: boolean }) {
    const { measuredAt, isInputLost: isLost } = sent;
    if (measuredAt !== undefined) this.words.add({ measuredAt, isLost, ...received });
  }

  #noteLife(now: number): void {
    this.lastSeen = now;
    this.isGone = false;
    const last = this.hearings.at(-1);
    if (last === undefined || now - last.to >= 2 * this.intervalMs) {
      this.hearings.push({ from: now, to: now });
    } else last.to = now;
  }

  #take(sent: Transmission, receivedAt: number, now: number): void {
    const { state, isInputLost, isForged, at } = sent;
    // Whom a monitor believes of two that contradict each other is its own affair.
    if (isForged) this.unsureUntil = Math.max(this.unsureUntil, now + 2 * this.intervalMs);
    if (state !== undefined && state !== this.told) {
      this.told = state;
      this.sayings.push({ at: now, state });
    }
    if (isInputLost === undefined) return;
    const last = this.losses.at(-1);
    const isOpen = last !== undefined && last.to === undefined;
    if (isInputLost && !isOpen) {
      this.losses.push({ toldAt: at, receivedAt, from: now, isUnsure: false });
    }
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

  /** Return to normal needs known values: what is stale is never on mains, so an off-delay may begin anew. */
  #noteSilence(now: number): void {
    const last = this.losses.at(-1);
    if (last === undefined || this.lastSeen === undefined) return;
    if (this.isGone || now - this.lastSeen >= 2 * this.intervalMs) last.isUnsure = true;
  }
}
