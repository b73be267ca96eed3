import type { MqttClient } from 'mqtt';
import {
  CLOCK_DONE_TOPIC,
  CLOCK_TOPIC,
  decodeClock,
  encodeClock,
} from '../../src/contract/simulation-clock.ts';

/** The monitor does not follow the simulated clock; the message says what was expected. */
export class MonitorClockError extends Error {}

/** The connection to the broker is gone, which may be the monitor's own. */
export class BrokerLostError extends Error {}

/** Drives the clock of a monitor that runs with `SVITLO_SIM_CLOCK=1`. */
export class MonitorClock {
  readonly #client: MqttClient;
  #awaited: { now: number; resolve(): void } | undefined;

  constructor(client: MqttClient) {
    this.#client = client;
    client.on('message', (topic, payload) => {
      if (topic !== CLOCK_DONE_TOPIC || this.#awaited === undefined) return;
      if (decodeClock(payload) === this.#awaited.now) this.#awaited.resolve();
    });
  }

  async start(): Promise<void> {
    await this.#client.subscribeAsync(CLOCK_DONE_TOPIC, { qos: 1 });
  }

  /**
   * Resolves when the monitor stands at `now` and has processed all that was sent before on this
   * connection. Throws `MonitorClockError` where it does not answer in time, `BrokerLostError` where it
   * cannot be asked.
   */
  async advance(now: number, limitMs = 60_000): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onClose = () => reject(new BrokerLostError('the connection to the broker was lost'));
    const timer = setTimeout(() => {
      const seconds = Math.round(limitMs / 1000);
      const hint = 'expected a monitor with SVITLO_SIM_CLOCK=1 on this broker';
      reject(new MonitorClockError(`no answer on ${CLOCK_DONE_TOPIC} for ${seconds} s: ${hint}`));
    }, limitMs);
    this.#awaited = { now, resolve };
    this.#client.once('close', onClose);
    this.#client.publish(CLOCK_TOPIC, encodeClock(now), { qos: 1 });
    try {
      if (!this.#client.connected) onClose();
      await promise;
    } finally {
      clearTimeout(timer);
      this.#client.off('close', onClose);
      this.#awaited = undefined;
    }
  }
}
