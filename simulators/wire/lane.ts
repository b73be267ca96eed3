import { Socket } from 'node:net';
import type { MqttClient } from 'mqtt';
import type { FleetMessage } from './output.ts';
import type { Punctuality } from './punctuality.ts';

const IN_FLIGHT = 1000;
const MAX_WAITING = 50_000;

export interface LaneOptions {
  client: MqttClient;
  punctuality: Punctuality;
  dueAt?: (at: number) => number;
}

type Item = FleetMessage | 'drop' | 'connect';

/** A connection with what waits for it, its own end and return included; all keep their order. */
export class Lane {
  readonly client: MqttClient;
  publishedCount = 0;
  droppedCount = 0;
  readonly #options: LaneOptions;
  #waiting: Item[] = [];
  #next = 0;
  #inFlight = 0;
  /** It was dropped and is to stay away until `connect`. */
  #isAway = false;
  #isEnding = false;
  #unwritten: number[] = [];
  #isChecking = false;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.client = options.client;
    // Without a listener a dropped connection would end the process; mqtt reconnects by itself.
    this.client.on('error', () => undefined);
    sendAtOnce(this.client);
    this.client.on('connect', () => {
      sendAtOnce(this.client);
      this.pump();
    });
  }

  /** What has not been handed to the connection yet. */
  get queuedCount(): number {
    return this.#waiting.length - this.#next;
  }

  /** What the broker has not acknowledged yet. */
  get waitingCount(): number {
    return this.queuedCount + this.#inFlight;
  }

  /** `drop`: gone without a DISCONNECT, so that the broker publishes the will [MQTT-3.1.2-8]. */
  queue(item: Item): void {
    if (this.queuedCount >= MAX_WAITING) {
      this.#next += 1;
      this.droppedCount += 1;
    }
    this.#waiting.push(item);
  }

  pump(): void {
    for (;;) {
      const item = this.#waiting[this.#next];
      if (item === undefined || !this.#isReady(item)) break;
      this.#next += 1;
      this.#carryOut(item);
    }
    if (this.#next === this.#waiting.length && this.#next > 0) {
      this.#waiting = [];
      this.#next = 0;
    } else if (this.#next > 10_000) {
      this.#waiting = this.#waiting.slice(this.#next);
      this.#next = 0;
    }
    if (this.#unwritten.length > 0 && !this.#isChecking) this.#checkWritten();
  }

  async end(isForced: boolean): Promise<void> {
    if (this.#isAway) return;
    await this.client.endAsync(isForced || !this.client.connected);
  }

  /** Whether an item can be carried out now; the ones behind it wait for it. */
  #isReady(item: Item): boolean {
    if (item === 'connect') return !this.#isEnding;
    if (this.#isAway) return item === 'drop';
    if (!this.client.connected || this.client.disconnecting) return false;
    // What was sent before a drop arrives: only then is it known who said what.
    return item === 'drop' ? this.#inFlight === 0 : this.#inFlight < IN_FLIGHT;
  }

  #carryOut(item: Item): void {
    if (item === 'connect') {
      if (this.#isAway) this.client.reconnect();
      this.#isAway = false;
    } else if (item === 'drop') {
      if (this.#isAway) return;
      this.#isAway = true;
      this.#isEnding = true;
      this.client.end(true, () => {
        this.#isEnding = false;
        this.pump();
      });
    } else this.#publish(item);
  }

  #publish({ topic, payload, qos, retain, at }: FleetMessage): void {
    this.#inFlight += 1;
    const { dueAt } = this.#options;
    if (dueAt !== undefined && at > 0) this.#unwritten.push(dueAt(at));
    this.client.publish(topic, payload, { qos, retain }, (error) => {
      this.#inFlight -= 1;
      if (error) this.droppedCount += 1;
      else this.publishedCount += 1;
      if (this.#next < this.#waiting.length) this.pump();
    });
  }

  /** MQTT.js writes corked: what the stream no longer holds is with the operating system. */
  #checkWritten(): void {
    this.#isChecking = true;
    setImmediate(() => {
      this.#isChecking = false;
      if (!this.client.connected || this.client.stream.writableLength > 0) {
        if (this.#unwritten.length > 0) this.#checkWritten();
        return;
      }
      const now = performance.now();
      for (const dueAt of this.#unwritten) this.#options.punctuality.note(now - dueAt);
      this.#unwritten = [];
    });
  }
}

/** Small packets must not wait for the ACK of the one before (Nagle's algorithm). */
function sendAtOnce({ stream }: MqttClient): void {
  if (stream instanceof Socket) stream.setNoDelay(true);
}
