import type {
  DeviceKey,
  MainsChange,
  StateChange,
  Transmission,
  WireFault,
  Witness,
} from './witness.ts';

/** Messages of a device that share a line. */
const PUBLISHED_TOGETHER = 60;

/**
 * `truth.jsonl`: a line for each mains interruption's start and end (`mains`), each true change of a
 * device's state (`state`), each thing done to the wire on purpose (`fault`), and, a line for every 60
 * messages of a device, their times (`ts`, ms since 1970 UTC) as they were published (`published`).
 */
export class TruthFile implements Witness {
  readonly #write: (text: string) => void;
  readonly #published = new Map<DeviceKey, number[]>();
  #endedAt = 0;

  /** `write` gets whole lines. */
  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  mains({ at, site, isPresent, cause }: MainsChange): void {
    this.#line({ at, type: 'mains', site, event: isPresent ? 'end' : 'start', cause });
  }

  state({ at, device, kind, state }: StateChange): void {
    this.#line({ at, type: 'state', device, kind, state });
  }

  fault({ at, device, fault, detail }: WireFault): void {
    this.#line({ at, type: 'fault', device, fault, ...(detail === undefined ? {} : { detail }) });
  }

  transmitted({ at, device, channel, ts }: Transmission): void {
    this.#endedAt = at;
    if (channel !== 'telemetry' || ts === undefined) return;
    const known = this.#published.get(device);
    if (known === undefined) {
      this.#published.set(device, [ts]);
      return;
    }
    known.push(ts);
    if (known.length >= PUBLISHED_TOGETHER) this.#flush(device, known, at);
  }

  /** Writes what is left. */
  end(): void {
    for (const [device, ts] of this.#published) this.#flush(device, ts, this.#endedAt);
  }

  #flush(device: DeviceKey, ts: number[], at: number): void {
    if (ts.length > 0) this.#line({ at, type: 'published', device, ts });
    this.#published.set(device, []);
  }

  #line(content: object): void {
    this.#write(`${JSON.stringify(content)}\n`);
  }
}
