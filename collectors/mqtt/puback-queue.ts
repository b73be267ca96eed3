const PUBACK = 0x40;
/** Without a reason code: success (MQTT 5, 3.4.2.1). */
const PUBACK_BYTES = 4;

/** Consecutive messages of one commit: acknowledged in one write. */
interface Group {
  durable: Promise<unknown>;
  ids: number[];
  /** When the first of them came, by `performance.now()`. */
  since: number;
  state: 'waiting' | 'durable' | 'failed';
}

interface PubackQueueOptions {
  /** Writes the packets on the connection that the messages came by, or nowhere once that has ended. */
  send(packets: Buffer): void;
  /** Messages are not durable and stay unacknowledged until the broker sends them again. */
  onFailed(error: unknown): void;
  /** PUBACKs were sent; the oldest message of them had waited for so long. */
  onAcknowledged?(waitMs: number): void;
}

const AT_ONCE = Promise.resolve();

/**
 * The acknowledgements of one connection: PUBACKs leave in the order of receipt [MQTT-4.6.0-2], a
 * message's when it is durable and all before it are settled. Each connection has its own queue: on
 * another one the same packet identifier may mean another message.
 */
export class PubackQueue {
  readonly #options: PubackQueueOptions;
  readonly #groups: Group[] = [];

  constructor(options: PubackQueueOptions) {
    this.#options = options;
  }

  /** `durable` is shared by the messages of one commit; `undefined` where there is nothing to wait for. */
  add(id: number, durable: Promise<unknown> | undefined): void {
    const last = this.#groups.at(-1);
    if (last !== undefined && (durable === undefined || durable === last.durable)) {
      last.ids.push(id);
      return;
    }
    const since = performance.now();
    const group: Group = { durable: durable ?? AT_ONCE, ids: [id], since, state: 'waiting' };
    this.#groups.push(group);
    group.durable.then(
      () => this.#settle(group, 'durable'),
      (error: unknown) => {
        this.#options.onFailed(error);
        this.#settle(group, 'failed');
      },
    );
  }

  /** How many messages wait, and for how long the oldest of them has (ms). */
  waiting(): { messages: number; oldestMs: number } {
    const [oldest] = this.#groups;
    if (oldest === undefined) return { messages: 0, oldestMs: 0 };
    const messages = this.#groups.reduce((sum, { ids }) => sum + ids.length, 0);
    return { messages, oldestMs: performance.now() - oldest.since };
  }

  /** Resolves when every message taken so far has been acknowledged or given up. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#groups.map(({ durable }) => durable));
  }

  #settle(group: Group, state: 'durable' | 'failed'): void {
    group.state = state;
    const ended = this.#groups.findIndex((one) => one.state === 'waiting');
    const settled = this.#groups.splice(0, ended === -1 ? this.#groups.length : ended);
    const durable = settled.filter((one) => one.state === 'durable');
    const [oldest] = durable;
    if (oldest === undefined) return;
    this.#options.send(encodePubacks(durable.flatMap(({ ids }) => ids)));
    this.#options.onAcknowledged?.(performance.now() - oldest.since);
  }
}

function encodePubacks(ids: readonly number[]): Buffer {
  const packets = Buffer.allocUnsafe(ids.length * PUBACK_BYTES);
  ids.forEach((id, index) => {
    packets.writeUInt16BE((PUBACK << 8) | 2, index * PUBACK_BYTES);
    packets.writeUInt16BE(id, index * PUBACK_BYTES + 2);
  });
  return packets;
}
