import type { Sample } from '../../src/contract/sample.ts';
import type { Decoded, IngestPort } from '../../src/ports.ts';

interface Taken {
  decoded: Decoded;
  resolve(): void;
  reject(error: Error): void;
}

/** An ingest that keeps what it gets; durable at once, or when the test says so. */
export class RecordingIngest implements IngestPort {
  readonly taken: Taken[] = [];
  readonly watched: Sample[] = [];
  isHeld = false;

  accept(decoded: Decoded): Promise<void> {
    return new Promise((resolve, reject) => {
      this.taken.push({ decoded, resolve, reject });
      if (!this.isHeld) resolve();
    });
  }

  watch(sample: Sample): void {
    this.watched.push(sample);
  }

  /** From now on all is durable at once; what was held stays held until its `resolve`. */
  release(): void {
    this.isHeld = false;
    for (const { resolve } of this.taken) resolve();
  }

  /** The `seq` of each sample in the order of receipt. */
  seqs(): (number | undefined)[] {
    return this.taken.map(({ decoded }) => decoded.sample?.seq);
  }
}
