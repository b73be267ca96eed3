import type { RejectReason, Sample } from '../contract/sample.ts';
import { type DeviceState, ownPower } from '../domain/device-state.ts';
import type { Fleet, FleetChange } from '../domain/fleet.ts';
import { type LineView, viewOf } from '../domain/line-block.ts';
import { encodeLine } from '../domain/line-protocol.ts';
import type { Decoded, IngestPort, LiveFeed, MessageCounts, Spool } from '../ports.ts';
import type { AlarmDesk } from './alarm-desk.ts';
import type { OrderKeeper } from './order-keeper.ts';
import type { RejectLog } from './reject-log.ts';

interface IngestOptions {
  fleet: Fleet;
  desk: AlarmDesk;
  spool: Spool;
  live: LiveFeed;
  rejects: RejectLog;
  orders: Pick<OrderKeeper, 'keep'>;
  /** Told of a message that counts only when its backlog has been read. */
  onHeld?(): void;
}

type Current = Extract<FleetChange, { outcome: 'current' }>;
type Heard = Pick<Current, 'state' | 'isPowerChanged' | 'clockOffsetMs'>;

/** One message's way: fleet, alarms, spool, live feed. The sole fan-out. */
export class Ingest implements IngestPort {
  readonly counts: MessageCounts = {
    current: 0,
    late: 0,
    held: 0,
    ignored: 0,
    duplicate: 0,
    rejected: 0,
  };
  readonly #options: IngestOptions;
  /** Alarms of a device on their way to the journal. */
  readonly #journalling = new Map<DeviceState, Promise<void>>();

  constructor(options: IngestOptions) {
    this.#options = options;
  }

  /** Resolves when the point is on disk and its alarms are in the journal; the caller then acknowledges. */
  accept({ sample, rejects, line, claimed }: Decoded): Promise<void> | undefined {
    for (const reject of rejects) this.#options.rejects.add(reject);
    if (sample === undefined) {
      this.counts.rejected += 1;
      return claimed && this.#options.desk.claim(claimed.site, claimed.device)?.durable;
    }
    const change = this.#options.fleet.apply(sample);
    this.counts[change.outcome] += 1;
    if (change.outcome === 'rejected') {
      this.#reject(sample, change.reason, change.detail);
      if (change.reason !== 'kind_conflict') return undefined;
      return this.#options.desk.claim(sample.site, sample.device)?.durable;
    }
    if (change.outcome === 'current') return this.#current(sample, line, change);
    const stored = this.#store(sample, line, change.clockOffsetMs);
    if (change.outcome === 'ignored') return stored;
    if (change.outcome === 'late' || change.outcome === 'held') {
      this.#options.desk.complete(sample, change.state, change.clockOffsetMs);
    }
    if (change.outcome === 'late') return stored;
    if (change.outcome === 'held') {
      this.#options.onHeld?.();
      return both(stored, this.#keep(change.state));
    }
    // What it said before may still be on its way to the disk.
    return both(stored, both(this.#journalling.get(change.state), this.#keep(change.state)));
  }

  /** What cannot be taken is counted when it comes again. */
  watch(sample: Sample): void {
    const change = this.#options.fleet.apply(sample);
    if (change.outcome === 'held') this.#options.onHeld?.();
    if (change.outcome === 'current') this.#count(sample, change);
  }

  /** Lets the messages count whose backlog has been read to its end. */
  release(now: number): void {
    for (const released of this.#options.fleet.release(now)) {
      this.#count(released.sample, { ...released, clockOffsetMs: undefined });
    }
  }

  /** Takes a message into account that nobody waits for. */
  #count(sample: Sample, change: Heard): void {
    const { state } = change;
    const journalled = this.#observe(sample, change);
    if (state.kept === undefined) return;
    if (journalled === undefined) void this.#keep(state);
    else
      journalled.then(
        () => this.#keep(state),
        () => {},
      );
  }

  #current(sample: Sample, line: LineView | undefined, change: Current): Promise<void> | undefined {
    const { state, clockOffsetMs } = change;
    const journalled = this.#observe(sample, change);
    const durable = both(this.#store(sample, line, clockOffsetMs), journalled);
    return state.kept === undefined ? durable : both(durable, this.#keep(state));
  }

  /** What is held outlives the process where an alarm hangs on it: its message is acknowledged by then. */
  #keep(state: DeviceState): Promise<void> | undefined {
    if (state.held === undefined && state.kept === undefined) return undefined;
    const codes = this.#options.desk.wouldRaise(state).join(' ');
    if (codes === state.keptFor && (codes === '') === (state.kept === undefined)) return undefined;
    state.keptFor = codes;
    state.kept = codes === '' ? undefined : state.held;
    return this.#options.orders.keep(state);
  }

  /** A retained delivery without a time of its own would be a new point at every start. */
  #store(
    sample: Sample,
    line: LineView | undefined,
    clockOffsetMs: number | undefined,
  ): Promise<void> | undefined {
    if (sample.isRetained && !sample.hasOwnTime) return undefined;
    if (line !== undefined && clockOffsetMs === undefined) return this.#options.spool.append(line);
    const encoded = encodeLine(
      clockOffsetMs === undefined ? sample : withClockOffset(sample, clockOffsetMs),
    );
    return encoded === undefined ? undefined : this.#options.spool.append(viewOf(encoded));
  }

  /** Where alarms change, the device is shown after them; resolves when the journal has them. */
  #observe(
    sample: Sample,
    { state, isPowerChanged, clockOffsetMs }: Heard,
  ): Promise<void> | undefined {
    const published = this.#options.desk.observe(sample, state, clockOffsetMs);
    if (published === undefined) {
      this.#show(state, isPowerChanged);
      return undefined;
    }
    const { told, durable } = published;
    void told.then(() => this.#show(state, isPowerChanged));
    this.#journalling.set(state, durable);
    const forget = () => {
      if (this.#journalling.get(state) === durable) this.#journalling.delete(state);
    };
    durable.then(forget, forget);
    return durable;
  }

  /** Its power may have been judged another, whatever it said. */
  #show(state: DeviceState, isPowerChanged: boolean): void {
    const { site, id } = state;
    const { toldPower = ownPower(state) } = state;
    const isToldAnew = isPowerChanged || toldPower !== ownPower(state);
    state.toldPower = ownPower(state);
    if (isToldAnew) this.#options.live.powerChanged(site, id);
    else this.#options.live.deviceChanged(site, id);
  }

  #reject(sample: Sample, reason: RejectReason, detail: string): void {
    const topic = `${sample.site}/${sample.kind}/${sample.device}/${sample.channel}`;
    this.#options.rejects.add({
      receivedAt: sample.receivedAt,
      topic,
      reason,
      detail,
      excerpt: JSON.stringify(sample.metrics).slice(0, 120),
    });
  }
}

function withClockOffset(sample: Sample, offsetMs: number): Sample {
  return { ...sample, metrics: { ...sample.metrics, 'clock.offset': offsetMs } };
}

function both(
  one: Promise<void> | undefined,
  other: Promise<void> | undefined,
): Promise<void> | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Promise.all([one, other]).then(() => {});
}
