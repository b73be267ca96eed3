import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DiskStateError } from './disk-state.ts';
import type { SpoolFill } from './spool-fill.ts';

/** How far a spool may grow. Beyond it nothing is taken, so that the broker keeps what comes. */
export interface SpoolLimits {
  /** Of the points that wait for the store (bytes). */
  maxBytes: number;
  /** Of the disk that is left free, for the journal above all (bytes). */
  minFreeBytes: number;
  /** Of the oldest point that waits for the store (ms). */
  maxAgeMs: number;
}

/** A time before this is from a clock that had not been set, and was not while its process ran. */
const CLOCK_SET_MS = Date.UTC(2020, 0, 1);
const POLICY =
  'nothing more is acknowledged, so that the broker keeps it, until the store takes some';

interface SpoolPlace {
  file: string;
  fill: SpoolFill;
  /** ms since 1970 UTC */
  now: number;
}

/** Throws a `DiskStateError` where one more batch would go past a limit. */
export function refuseBeyond(limits: SpoolLimits, { file, fill, now }: SpoolPlace): void {
  const { bytes, oldestAt } = fill.depth();
  if (bytes >= limits.maxBytes) {
    const text = `${megabytes(bytes)} wait for the store, of ${megabytes(limits.maxBytes)} allowed`;
    throw new DiskStateError('full', `${text}: ${POLICY}`);
  }
  if (oldestAt !== undefined && oldestAt >= CLOCK_SET_MS && now - oldestAt > limits.maxAgeMs) {
    const since = new Date(oldestAt).toISOString();
    throw new DiskStateError('too_old', `points wait for the store since ${since}: ${POLICY}`);
  }
  const { bavail, bsize } = statfsSync(dirname(file));
  const freeBytes = bavail * bsize;
  if (freeBytes >= limits.minFreeBytes) return;
  if (freeBytes + fill.spareBytes() >= limits.minFreeBytes) return;
  const text = `${megabytes(freeBytes)} free on the disk, of ${megabytes(limits.minFreeBytes)} kept for the journal`;
  throw new DiskStateError('disk_full', `${text}: ${POLICY}`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}
