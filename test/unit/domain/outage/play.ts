import type { Kind } from '../../../../src/contract/kind.ts';
import type { Outage } from '../../../../src/contract/outage.ts';
import { Ledger, type LedgerOptions } from '../../../../src/domain/outage/ledger.ts';
import type { LedgerPlace, Mark } from '../../../../src/domain/outage/mark.ts';

/** 23.11.2026 00:00 UTC. */
export const T0 = 1_795_392_000_000;

/** Milliseconds since 1970 of a moment so many seconds after T0. */
export function at(seconds: number): number {
  return T0 + seconds * 1000;
}

export const ONE_UPS: LedgerPlace = {
  ups: [{ id: 'ups-1' }],
  supplies: [],
  scanners: [{ id: 'scanner-1', donor: 'EU', poweredBy: ['ups-1'] }],
};

export const METERED: LedgerPlace = { ...ONE_UPS, supplies: [{ id: 'supply' }] };

export const TWO_UPS: LedgerPlace = {
  ups: [{ id: 'ups-1' }, { id: 'ups-2' }],
  supplies: [],
  scanners: [],
};

export interface Saying {
  device: string;
  seconds: number;
  mark: Mark;
  since?: number;
  isLate?: boolean;
}

/** A ledger with what it has told so far, as a journal would hold it. */
export class Play {
  ledger: Ledger;
  readonly rows = new Map<string, Outage>();
  readonly removed: string[] = [];
  readonly remembered = new Map<string, string>();
  /** How often a row was told. */
  told = 0;
  readonly #options: LedgerOptions;

  constructor(place: LedgerPlace | undefined, options: Partial<LedgerOptions> = {}) {
    this.#options = {
      place: (site) => (site === 'krakivets' ? place : undefined),
      sustainedSeconds: () => 300,
      causeOf: () => 'unknown',
      incidentOf: () => undefined,
      ...options,
    };
    this.ledger = new Ledger(this.#options);
  }

  /** `now` (seconds after T0) is the word's own time where it is not given. */
  say({ device, seconds, mark, since, isLate = false }: Saying, now = seconds): void {
    const word = { ts: at(seconds), mark, isLate };
    this.ledger.note(
      'krakivets',
      device,
      kindOf(device),
      since === undefined ? word : { ...word, since: at(since) },
      at(now),
    );
    this.take(now);
  }

  /** The device says the same at every interval from the one time up to the other, in seconds. */
  keep(device: string, mark: Mark, from: number, to: number, every = 10): void {
    for (let seconds = from; seconds <= to; seconds += every) this.say({ device, seconds, mark });
  }

  tick(seconds: number): void {
    this.ledger.tick(at(seconds));
    this.take(seconds);
  }

  take(seconds: number, isFinal = false): void {
    const changes = this.ledger.collect(at(seconds), isFinal);
    for (const id of changes.removedOutages) {
      this.rows.delete(id);
      this.removed.push(id);
    }
    for (const row of changes.outages) this.rows.set(row.id, row);
    this.told += changes.outages.length;
    for (const { key, body } of changes.remembered) {
      if (body === undefined) this.remembered.delete(key);
      else this.remembered.set(key, body);
    }
  }

  /** The process ends (`isFinal`: in order) and another one takes up what is on disk. */
  restart(seconds: number, isFinal = true): void {
    if (isFinal) this.take(seconds, true);
    this.ledger = new Ledger(this.#options);
    const remembered = [...this.remembered].map(([key, body]) => ({ key, body }));
    this.ledger.restore([...this.rows.values()].reverse(), remembered.reverse());
  }

  /** By begin. */
  get list(): Outage[] {
    return [...this.rows.values()].sort((one, other) => one.startedAt - other.startedAt);
  }

  /** Begin and end of each row, in seconds after T0. */
  get spans(): [number, number | undefined][] {
    return this.list.map(({ startedAt, endedAt }) => [
      (startedAt - T0) / 1000,
      endedAt === undefined ? undefined : (endedAt - T0) / 1000,
    ]);
  }
}

function kindOf(device: string): Kind {
  if (device.startsWith('ups')) return 'ups';
  return device.startsWith('scanner') ? 'scanner' : 'power';
}
