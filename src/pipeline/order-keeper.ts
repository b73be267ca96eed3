import type { Logger } from 'pino';
import type { Topology } from '../contract/config.ts';
import type { DeviceState } from '../domain/device-state.ts';
import { BACKLOG_QUIET_MS, type Fleet } from '../domain/fleet.ts';
import { recordOf, withAlarmSources } from '../domain/order-record.ts';
import type { AlarmStore, Clock, OrderStore, SavedOrder } from '../ports.ts';

const SAVE_MS = 5000;
/** Devices in one call: what a call copies must not hold the event loop. */
const SAVE_AT_ONCE = 500;

interface OrderKeeperOptions {
  fleet: Fleet;
  store: OrderStore;
  journal: Pick<AlarmStore, 'sources'>;
  clock: Clock;
  log: Logger;
}

/**
 * Keeps what is remembered of each device's order on disk, so that a restart makes no old message the
 * newest: every few seconds for the devices that were heard, at once where an alarm hangs on it.
 */
export class OrderKeeper {
  readonly #options: OrderKeeperOptions;
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> | undefined;

  constructor(options: OrderKeeperOptions) {
    this.#options = options;
  }

  /** Takes up what was kept; before anything is received. Its growth is bounded here. */
  async start({ sites, maxUnregistered }: Topology): Promise<void> {
    const { fleet, store, journal, clock, log } = this.#options;
    const saved = await store.load();
    const isConfigured = ({ record }: SavedOrder) =>
      sites[record.site]?.devices[record.device] !== undefined;
    const others = saved.filter((one) => !isConfigured(one));
    const forgotten = new Set(others.slice(maxUnregistered));
    if (forgotten.size > 0) {
      await store.forget([...forgotten]).catch((error: unknown) => {
        // The next start deletes it: a full disk must not keep this one from alarming.
        log.error({ err: error }, 'order: what is no longer kept was not deleted');
      });
    }
    const known = saved.filter((one) => !forgotten.has(one));
    fleet.restore(withAlarmSources(known, await journal.sources()), clock.now());
    this.#timer = setInterval(() => {
      this.#saving ??= this.#save().finally(() => {
        this.#saving = undefined;
      });
    }, SAVE_MS);
  }

  /** Saves what is left. A disk that does not take it is not waited for long. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.race([this.#saving?.then(() => this.#save()) ?? this.#save(), elapsed()]);
  }

  /**
   * Saves a device at once. Resolves when that is on disk, or it no longer matters: by then what was
   * held counts, and the journal has its alarm.
   */
  async keep(state: DeviceState): Promise<void> {
    await Promise.race([this.#saveAll([state]), elapsed()]);
  }

  async #save(): Promise<void> {
    for (;;) {
      const states = this.#options.fleet.takeUnsaved(SAVE_AT_ONCE);
      if (states.length === 0) return;
      await this.#saveAll(states);
    }
  }

  /** Never rejects: the store tries again, and the devices are saved anew when they are heard. */
  async #saveAll(states: readonly DeviceState[]): Promise<void> {
    const { store, clock, log } = this.#options;
    const savedAt = clock.now();
    const orders = states.flatMap((state) => {
      const record = recordOf(state);
      return record === undefined ? [] : [{ record, savedAt }];
    });
    try {
      await store.save(orders);
    } catch (error) {
      log.error(
        { err: error },
        'order: not saved; after a restart an old message may count as new',
      );
    }
  }
}

function elapsed(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2 * BACKLOG_QUIET_MS).unref());
}
