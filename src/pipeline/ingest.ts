import type { RejectReason, Sample } from '../contract/sample.ts';
import type { Fleet } from '../domain/fleet.ts';
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
  async accept({ sample, rejects }: Decoded): Promise<void> {
    for (const reject of rejects) this.#options.rejects.add(reject);
    if (sample === undefined) return;
    const { fleet, spool } = this.#options;
    const change = fleet.apply(sample);
    if (change.outcome === 'rejected') {
      this.#reject(sample, change.reason, change.detail);
      return;
    }
    let stored = sample;
    let journalled: Promise<void> | undefined;
    if (change.outcome === 'current') {
      if (change.isClockWrong) stored = withWrongClock(sample);
      journalled = this.#observe(sample, change.isPowerChanged);
    }
    const line = isStored(stored) ? encodeLine(stored) : undefined;
    if (line !== undefined) await spool.append(line);
    if (journalled !== undefined) await journalled;
  }

  /** Lets the messages count whose backlog has been read to its end. */
  release(now: number): void {
    for (const { sample, isPowerChanged } of this.#options.fleet.release(now)) {
      void this.#observe(sample, isPowerChanged);
    }
  }

  /** Where alarms change, the page is told after the journal has them. */
  #observe(sample: Sample, isPowerChanged: boolean): Promise<void> | undefined {
    const journalled = this.#options.desk.observe(sample);
    if (journalled === undefined) this.#show(sample, isPowerChanged);
    return journalled?.then(() => this.#show(sample, isPowerChanged));
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

/** A retained delivery without a time of its own would be a new point at every start. */
function isStored(sample: Sample): boolean {
  return !sample.isRetained || sample.hasOwnTime;
}

function withWrongClock(sample: Sample): Sample {
  const offset = sample.ts - sample.receivedAt;
  return {
    ...sample,
    quality: 'uncertain',
    metrics: { ...sample.metrics, 'clock.offset': offset },
  };
}
