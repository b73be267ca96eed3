/** Base state, event, base state; after `*` for alarms that latch. Written from ISA-18.2, not from the code. */
const ROWS = `
NORM RAISE UNACK
UNACK CLEAR RTN_UNACK
UNACK ACKNOWLEDGE ACKED
UNACK RE_ALARM UNACK
UNACK SEVERITY_UP UNACK
ACKED CLEAR NORM
ACKED RE_ALARM UNACK
ACKED SEVERITY_UP UNACK
RTN_UNACK RAISE UNACK
RTN_UNACK ACKNOWLEDGE NORM
LATCH_UNACK RAISE UNACK
LATCH_UNACK ACKNOWLEDGE LATCH_ACKED
LATCH_UNACK RE_ALARM LATCH_UNACK
LATCH_ACKED RAISE UNACK
LATCH_ACKED RESET NORM
* UNACK CLEAR LATCH_UNACK
* ACKED CLEAR LATCH_ACKED`;

/** What becomes of a base state when the last thing that hid it goes. */
const SHOWN = 'UNACK>UNACK ACKED>UNACK RTN_UNACK>NORM';

const HOUR = 3_600_000;
const LONGEST = [0, HOUR, 8 * HOUR, 24 * HOUR, 24 * HOUR];
const MINUTE = 60_000;

interface Tuning {
  isLatched: boolean;
  onMs: number;
  offMs: number;
  reAlarmMs: number | undefined;
}

/** A small second opinion on the life of an alarm: it tells each step as text. */
export class AlarmOracle {
  readonly #tuning: Tuning;
  now = 0;
  base = 'NORM';
  occurrence = 0;
  version = 0;
  priority = 3;
  shelf: { until: number; since: number } | undefined;
  source: string | undefined;
  isOut = false;
  isChattering = false;
  #wait: { isRaise: boolean; due: number; priority: number } | undefined;
  #asksAt: number | undefined;
  #flips: number[] = [];
  #told: string[] = [];

  constructor(tuning: Tuning) {
    this.#tuning = tuning;
  }

  /** The steps since the last call. */
  told(): string[] {
    return this.#told.splice(0);
  }

  get shown(): string {
    if (this.isOut) return 'out_of_service';
    if (this.source !== undefined) return 'suppressed';
    return this.shelf === undefined ? 'none' : 'shelved';
  }

  isActive(): boolean {
    return ['UNACK', 'ACKED'].includes(this.base);
  }

  /** `priority` 1…4 of what is active, 0 of what is not. */
  condition(priority: number): void {
    const isRaise = priority > 0;
    if (isRaise === this.isActive()) {
      this.#wait = undefined;
      if (isRaise && priority < this.priority) {
        this.#step('SEVERITY_UP', () => {
          this.priority = priority;
          this.#base('SEVERITY_UP');
        });
      }
      return;
    }
    const began = this.#wait?.isRaise === isRaise ? this.#wait.due : Number.POSITIVE_INFINITY;
    const due = Math.min(began, this.now + (isRaise ? this.#tuning.onMs : this.#tuning.offMs));
    this.#wait = { isRaise, due, priority };
    if (due <= this.now) this.#flip();
  }

  silent(): void {
    if (this.#wait?.isRaise === false) this.#wait = undefined;
  }

  time(ms: number, mayClear: boolean): void {
    this.now += ms;
    const { now } = this;
    if (this.#wait !== undefined && this.#wait.due <= now && (this.#wait.isRaise || mayClear)) {
      this.#flip();
    }
    if (this.shelf !== undefined) {
      if (this.shelf.until <= now) this.show('SHELF_EXPIRED', () => (this.shelf = undefined));
    }
    if (this.#asksAt !== undefined && this.#asksAt <= now) {
      this.#step('RE_ALARM', () => this.#base('RE_ALARM'));
    }
    const last = this.#flips.at(-1);
    if (last === undefined || last + MINUTE > now) return;
    this.#flips = [];
    if (this.isChattering) this.#step('CHATTERING', () => (this.isChattering = false));
  }

  /** ACKNOWLEDGE or RESET. */
  person(event: string): void {
    if (this.#next(event) !== undefined) this.#step(event, () => this.#base(event));
  }

  hide(event: string, change: () => void): void {
    this.#step(event, change);
  }

  show(event: string, change: () => void): void {
    this.#step(event, () => {
      change();
      if (this.shown !== 'none') return;
      const [, to] =
        SHOWN.split(' ')
          .map((one) => one.split('>'))
          .find(([from]) => from === this.base) ?? [];
      this.base = to ?? this.base;
    });
  }

  #flip(): void {
    const { isRaise = false, priority = 0 } = this.#wait ?? {};
    this.#wait = undefined;
    const event = isRaise ? 'RAISE' : 'CLEAR';
    this.#step(event, () => {
      if (this.base === 'NORM') this.occurrence += 1;
      if (isRaise)
        this.priority = this.base === 'NORM' ? priority : Math.min(priority, this.priority);
      this.#base(event);
    });
    this.#flips = [...this.#flips, this.now];
    const within = this.#flips.filter((at) => at >= this.now - MINUTE).length;
    if (within >= 3 && !this.isChattering) {
      this.#step('CHATTERING', () => (this.isChattering = true));
    }
    if (!isRaise && this.shelf !== undefined)
      this.show('SHELF_EXPIRED', () => (this.shelf = undefined));
  }

  #next(event: string): string | undefined {
    const rows = ROWS.trim()
      .split('\n')
      .map((row) => row.split(' '));
    const latching = rows.find(
      ([star, from, on]) => star === '*' && from === this.base && on === event,
    );
    if (this.#tuning.isLatched && latching !== undefined) return latching[3];
    return rows.find(([from, on]) => from === this.base && on === event)?.[2];
  }

  #base(event: string): void {
    const next = this.#next(event);
    if (next === undefined) throw new Error(`${event} in ${this.base}`);
    this.base = next;
  }

  #step(event: string, change: () => void): void {
    const from = `${this.base} ${this.shown}`;
    change();
    if (this.shelf !== undefined) {
      const { until, since } = this.shelf;
      // What was once cut short is not prolonged by a milder severity.
      this.shelf = { until: Math.min(until, since + (LONGEST[this.priority] ?? 0)), since };
    }
    this.version += 1;
    this.#told.push(`${this.version} ${event}: ${from} → ${this.base} ${this.shown}`);
    const asks = ['UNACK', 'ACKED', 'LATCH_UNACK'].includes(this.base) && this.shown === 'none';
    const { reAlarmMs } = this.#tuning;
    if (!asks || reAlarmMs === undefined) this.#asksAt = undefined;
    else if (event !== 'CHATTERING') this.#asksAt = this.now + reAlarmMs;
  }
}
