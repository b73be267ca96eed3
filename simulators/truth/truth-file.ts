import type {
  DeviceKey,
  MainsChange,
  StateChange,
  Transmission,
  WireFault,
  Witness,
} from './witness.ts';

const PUBLISHED_EVERY_MS = 60_000;

/**
 * `truth.jsonl`: a line for each mains interruption's start and end (`mains`), each true change of a
 * device's state (`state`), each thing done to the wire on purpose (`fault`), and, a line a minute and
 * device, the times (`ts`, ms since 1970 UTC) of what was published (`published`).
 */
export class TruthFile implements Witness {
  readonly #write: (text: string) => void;
  readonly #published = new Map<DeviceKey, number[]>();
  #minuteEndsAt: number;

  /** `write` gets whole lines. */
  constructor(startMs: number, write: (text: string) => void) {
    this.#write = write;
    this.#minuteEndsAt = startMs + PUBLISHED_EVERY_MS;
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
    if (at >= this.#minuteEndsAt) this.#flush(at);
    if (channel !== 'telemetry' || ts === undefined) return;
    const known = this.#published.get(device);
    if (known === undefined) this.#published.set(device, [ts]);
    else known.push(ts);
  }

  /** Writes what is left. */
  end(): void {
    this.#flush(this.#minuteEndsAt);
  }

  #flush(at: number): void {
    for (const [device, ts] of this.#published) {
      if (ts.length > 0) this.#line({ at: this.#minuteEndsAt, type: 'published', device, ts });
      this.#published.set(device, []);
    }
    while (this.#minuteEndsAt <= at) this.#minuteEndsAt += PUBLISHED_EVERY_MS;
  }

  #line(content: object): void {
    this.#write(`${JSON.stringify(content)}\n`);
  }
}
