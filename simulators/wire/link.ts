import type { Channel, Kind } from '../../src/contract/kind.ts';
import { encodeTopic } from '../../src/contract/topic.ts';
import type { Metrics } from '../devices/payload.ts';
import type { Random } from '../random.ts';
import type { Span } from '../scenarios/scenario-schema.ts';
import type { DeviceKey, Transmission, WireFault, Witness } from '../truth/witness.ts';
import { type ClockError, wrongTime } from './clock-error.ts';
import { garble } from './garbage.ts';

/** A message for the broker, or a word about the device's own connection. */
export interface FleetMessage {
  device: DeviceKey;
  topic: string;
  /** UTF-8 JSON, or what a fault has made of it. */
  payload: string | Buffer;
  qos: 1;
  retain: boolean;
  /** When it is due (simulated ms since 1970 UTC). */
  at: number;
}
export interface ConnectionChange {
  device: DeviceKey;
  /** Of its will. */
  topic: string;
  /** `drop`: gone without a goodbye, so that the broker publishes its will. */
  connection: 'drop' | 'connect';
}
export type FleetOutput = FleetMessage | ConnectionChange;

/** Shares of messages that a bad line spoils, doubles or swaps, and how long it may hold them. */
export interface LineQuality {
  garbage?: number | undefined;
  duplicate?: number | undefined;
  disorder?: number | undefined;
  delay?: Span | undefined;
}

export interface Loss {
  lost: 'silent' | 'will' | 'half_open';
  /** Messages that the device keeps, and how many of them a second it sends afterwards. */
  stored: number;
  replay: number;
  /** Whether what it sends late says so (`backfill`). */
  isMarked: boolean;
}

/** What a message tells of the truth. */
export type Told = Pick<Transmission, 'state' | 'value' | 'isInputLost'>;

/** What a device has to say, before the line. */
interface Letter {
  channel: Channel;
  body: Record<string, unknown>;
  ts: number;
  seq?: number;
  told?: Told;
  isBackfill: boolean;
}

export interface LinkOptions {
  device: DeviceKey;
  kind: Kind;
  root: string;
  random: Random;
  witnesses: readonly Witness[];
}

/** Seconds after which a broker gives a silent connection up: 1.5 × keep-alive [MQTT-3.1.2-22]. */
const HALF_OPEN_SECONDS = 45;
const MAX_HELD = 10_000;

/** The way from a device to the broker: its clock, its memory, and what the line does to messages. */
export class Link {
  quality: LineQuality = {};
  #clockError: ClockError | undefined;
  readonly #options: LinkOptions;
  readonly #topics: Record<Channel, string>;
  readonly #losses = new Map<string, Loss>();
  readonly #stored: Letter[] = [];
  readonly #delayed: { dueAt: number; letter: Letter }[] = [];
  #swapped: Letter | undefined;
  #seq = 0;
  #replay: Loss | undefined;
  #replayCredit = 0;
  #discarded = 0;
  #willAt: number | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    const { device: key, kind, root } = options;
    const [site = '', device = ''] = key.split('/');
    this.#topics = {
      telemetry: encodeTopic(root, { site, kind, device, channel: 'telemetry' }),
      state: encodeTopic(root, { site, kind, device, channel: 'state' }),
    };
  }

  get isUp(): boolean {
    return this.#losses.size === 0;
  }

  /** Whether time alone makes it send something. */
  get isBusy(): boolean {
    return this.#stored.length > 0 || this.#delayed.length > 0 || this.#willAt !== undefined;
  }

  /** Cuts the way; `id` names the reason, of which there may be several at once. */
  cut(id: string, loss: Loss, now: number, out: FleetOutput[]): void {
    const wasUp = this.isUp;
    this.#losses.set(id, loss);
    if (!wasUp) return;
    const { device } = this.#options;
    if (loss.lost === 'will') {
      this.#fault(now, 'will');
      out.push({ device, topic: this.#topics.state, connection: 'drop' });
      this.#gone(now);
    }
    if (loss.lost !== 'half_open') return;
    this.#fault(now, 'half_open');
    this.#willAt = now + HALF_OPEN_SECONDS * 1000;
  }

  mend(id: string, now: number, out: FleetOutput[]): void {
    const loss = this.#losses.get(id);
    if (loss === undefined) return;
    this.#losses.delete(id);
    if (!this.isUp) return;
    this.#willAt = undefined;
    this.#replay = loss;
    this.#replayCredit = 0;
    if (this.#discarded > 0) this.#fault(now, 'discarded', this.#discarded);
    if (this.#stored.length > 0) this.#fault(now, 'stored', this.#stored.length);
    this.#discarded = 0;
    if (loss.lost === 'silent') return;
    out.push({ device: this.#options.device, topic: this.#topics.state, connection: 'connect' });
    this.present(true, now, out);
  }

  /** Drops the connection and comes back at once. */
  reconnect(now: number, out: FleetOutput[]): void {
    if (!this.isUp) return;
    const { device } = this.#options;
    this.#fault(now, 'reconnect');
    out.push({ device, topic: this.#topics.state, connection: 'drop' });
    this.#gone(now);
    out.push({ device, topic: this.#topics.state, connection: 'connect' });
    this.present(true, now, out);
  }

  /** The device begins to count anew. */
  restart(now: number): void {
    this.#seq = 0;
    this.#fault(now, 'restart');
  }

  /** From now on its clock is wrong in this way, or right again. */
  setClock(error: ClockError | undefined, now: number): void {
    this.#clockError = error;
    this.#fault(now, 'clock', error === undefined ? 'right' : error.kind);
  }

  telemetry(metrics: Metrics, told: Told, now: number, out: FleetOutput[]) {
    const ts = wrongTime(now, this.#clockError);
    const seq = this.#seq++;
    this.#send(
      { channel: 'telemetry', body: { ts, seq, ...metrics }, ts, seq, told, isBackfill: false },
      now,
      out,
    );
  }

  /** Says on the `state` channel whether the device is there. */
  present(isOnline: boolean, now: number, out: FleetOutput[]): void {
    if (!this.isUp) return;
    const ts = wrongTime(now, this.#clockError);
    this.#emit(
      { channel: 'state', body: { online: isOnline, ts }, ts, isBackfill: false },
      now,
      out,
    );
  }

  /** What time alone brings: delayed and stored messages, and the broker's patience. */
  step(now: number, dtSeconds: number, out: FleetOutput[]): void {
    if (this.#willAt !== undefined && now >= this.#willAt) {
      this.#willAt = undefined;
      out.push({ device: this.#options.device, topic: this.#topics.state, connection: 'drop' });
      this.#gone(now);
    }
    while (this.#delayed[0] !== undefined && this.#delayed[0].dueAt <= now) {
      const due = this.#delayed.shift();
      if (due !== undefined) this.#emit(due.letter, now, out);
    }
    if (!this.isUp || this.#replay === undefined || this.#stored.length === 0) return;
    this.#replayCredit += this.#replay.replay * dtSeconds;
    while (this.#replayCredit >= 1 && this.#stored.length > 0) {
      this.#replayCredit -= 1;
      const letter = this.#stored.shift();
      if (letter !== undefined)
        this.#transmit({ ...letter, isBackfill: this.#replay.isMarked }, now, out);
    }
  }

  #send(letter: Letter, now: number, out: FleetOutput[]): void {
    const [loss] = this.#losses.values();
    if (loss !== undefined) {
      this.#store(letter, loss);
      return;
    }
    // What is not marked as late must go out in its order: the new waits behind the old.
    if (this.#stored.length > 0 && this.#replay?.isMarked === false) this.#stored.push(letter);
    else this.#transmit(letter, now, out);
  }

  #store(letter: Letter, { stored }: Loss): void {
    this.#stored.push(letter);
    if (this.#stored.length <= stored) return;
    this.#stored.shift();
    this.#discarded += 1;
  }

  #transmit(letter: Letter, now: number, out: FleetOutput[]): void {
    const { delay, disorder = 0, duplicate = 0 } = this.quality;
    const { random } = this.#options;
    if (delay !== undefined && this.#delayed.length < MAX_HELD) {
      const seconds = random.between(delay.low, delay.high);
      this.#fault(now, 'delay', letter.seq);
      this.#delayed.push({ dueAt: now + seconds * 1000, letter });
      this.#delayed.sort((a, b) => a.dueAt - b.dueAt);
      return;
    }
    if (this.#swapped === undefined && disorder > 0 && random.next() < disorder) {
      this.#fault(now, 'disorder', letter.seq);
      this.#swapped = letter;
      return;
    }
    this.#emit(letter, now, out);
    if (duplicate > 0 && random.next() < duplicate) {
      this.#fault(now, 'duplicate', letter.seq);
      this.#emit(letter, now, out);
    }
    if (this.#swapped === undefined) return;
    const held = this.#swapped;
    this.#swapped = undefined;
    this.#emit(held, now, out);
  }

  /** Hands a letter to the broker, whole or spoilt. */
  #emit(letter: Letter, now: number, out: FleetOutput[]): void {
    const { device, kind, random, witnesses } = this.#options;
    const { channel, body, ts, seq, isBackfill } = letter;
    const text = JSON.stringify(isBackfill ? { ...body, backfill: true } : body);
    const { garbage = 0 } = this.quality;
    const isGarbage = channel === 'telemetry' && garbage > 0 && random.next() < garbage;
    if (isGarbage) this.#fault(now, 'garbage', seq);
    const payload = isGarbage ? garble(text, random) : text;
    out.push({
      device,
      topic: this.#topics[channel],
      payload,
      qos: 1,
      retain: channel === 'state',
      at: now,
    });
    const about = { at: now, device, kind, channel, isBackfill };
    const online = body.online;
    const told = isGarbage
      ? {}
      : {
          ts,
          ...(seq === undefined ? {} : { seq }),
          ...letter.told,
          ...(typeof online === 'boolean' ? { isOnline: online } : {}),
        };
    for (const witness of witnesses) witness.transmitted({ ...about, ...told });
  }

  /** The broker publishes the will, which has no time of its own. */
  #gone(now: number): void {
    const { device, kind, witnesses } = this.#options;
    for (const witness of witnesses) {
      witness.transmitted({
        at: now,
        device,
        kind,
        channel: 'state',
        isBackfill: false,
        isOnline: false,
      });
    }
  }

  #fault(at: number, fault: WireFault['fault'], detail?: string | number): void {
    const { device, witnesses } = this.#options;
    for (const witness of witnesses) {
      witness.fault({ at, device, fault, ...(detail === undefined ? {} : { detail }) });
    }
  }
}
