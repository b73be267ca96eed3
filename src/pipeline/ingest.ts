import type { RejectReason, Sample } from '../contract/sample.ts';
import type { DeviceState } from '../domain/device-state.ts';
import type { Fleet } from '../domain/fleet.ts';
import { type LineView, viewOf } from '../domain/line-block.ts';
import { encodeLine } from '../domain/line-protocol.ts';
import type { Decoded, IngestPort, LiveFeed, Spool } from '../ports.ts';
import type { AlarmDesk } from './alarm-desk.ts';
import type { RejectLog } from './reject-log.ts';

interface IngestOptions {
  fleet: Fleet;
  desk: AlarmDesk;
  spool: Spool;
  live: LiveFeed;
  rejects: RejectLog;
}

/** One message's way: fleet, alarms, spool, live feed. The sole fan-out. */
export class Ingest implements IngestPort {
  readonly #options: IngestOptions;

  constructor(options: IngestOptions) {
    this.#options = options;
  }

  /** Resolves when the point is on disk and its alarms are in the journal; the caller then acknowledges. */
  accept({ sample, rejects, line }: Decoded): Promise<void> | undefined {
    for (const reject of rejects) this.#options.rejects.add(reject);
    if (sample === undefined) return undefined;
    const change = this.#options.fleet.apply(sample);
    if (change.outcome === 'rejected') {
      this.#reject(sample, change.reason, change.detail);
      return undefined;
    }
    if (change.outcome !== 'current') return this.#store(sample, line);
    const journalled = this.#observe(sample, change.state, change.isPowerChanged);
    const stored = change.isClockWrong
      ? this.#store(withWrongClock(sample), undefined)
      : this.#store(sample, line);
    if (journalled === undefined) return stored;
    return stored === undefined ? journalled : Promise.all([stored, journalled]).then(() => {});
  }

  /** What cannot be taken is counted when it comes again. */
  watch(sample: Sample): void {
    const change = this.#options.fleet.apply(sample);
    if (change.outcome === 'current') {
      void this.#observe(sample, change.state, change.isPowerChanged);
    }
  }

  /** Lets the messages count whose backlog has been read to its end. */
  release(now: number): void {
    for (const { sample, state, isPowerChanged } of this.#options.fleet.release(now)) {
      void this.#observe(sample, state, isPowerChanged);
    }
  }

  /** A retained delivery without a time of its own would be a new point at every start. */
  #store(sample: Sample, line: LineView | undefined): Promise<void> | undefined {
    if (sample.isRetained && !sample.hasOwnTime) return undefined;
    if (line !== undefined) return this.#options.spool.append(line);
    const encoded = encodeLine(sample);
    return encoded === undefined ? undefined : this.#options.spool.append(viewOf(encoded));
  }

  /** Where alarms change, the device is shown after them; resolves when the journal has them. */
  #observe(sample: Sample, state: DeviceState, isPowerChanged: boolean): Promise<void> | undefined {
    const published = this.#options.desk.observe(sample, state);
    if (published === undefined) this.#show(sample, isPowerChanged);
    void published?.told.then(() => this.#show(sample, isPowerChanged));
    return published?.durable;
  }

  #show({ site, device }: Sample, isPowerChanged: boolean): void {
    if (isPowerChanged) this.#options.live.powerChanged(site, device);
    else this.#options.live.deviceChanged(site, device);
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

function withWrongClock(sample: Sample): Sample {
  const offset = sample.ts - sample.receivedAt;
  return {
    ...sample,
    quality: 'uncertain',
    metrics: { ...sample.metrics, 'clock.offset': offset },
  };
}
