import type { Channel, Kind } from '../../src/contract/kind.ts';
import { encodeTopic } from '../../src/contract/topic.ts';
import type { Metrics } from '../devices/payload.ts';
import type { Random } from '../random.ts';
import type { DeviceKey, WireFault, Witness } from '../truth/witness.ts';
import { Backlog, type StorePolicy } from './backlog.ts';
import { type ClockError, wrongTime } from './clock-error.ts';
import { garble } from './garbage.ts';
import type { Letter, Told } from './letter.ts';
import { Line, type LineQuality } from './line.ts';
import type { FleetOutput } from './output.ts';

/** How the way to the broker is lost. */
export interface Loss extends StorePolicy {
  lost: 'silent' | 'will' | 'half_open';
}

export interface LinkOptions {
  device: DeviceKey;
  kind: Kind;
  root: string;
  random: Random;
  witnesses: readonly Witness[];
  /** Where what reaches the broker goes. */
  send(output: FleetOutput): void;
}

/** Seconds after which a broker gives a silent connection up: 1.5 × keep-alive [MQTT-3.1.2-22]. */
const HALF_OPEN_SECONDS = 45;

/** The way from a device to the broker: its clock, its memory, its line and its connection. */
export class Link {
  readonly #options: LinkOptions;
  readonly #topics: Record<Channel, string>;
  readonly #losses = new Map<string, Loss>();
  readonly #backlog = new Backlog();
  readonly #line: Line;
  #clockError: ClockError | undefined;
  #seq = 0;
  #willAt: number | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    const { device: key, kind, root, random } = options;
    const [site = '', device = ''] = key.split('/');
    this.#topics = {
      telemetry: encodeTopic(root, { site, kind, device, channel: 'telemetry' }),
      state: encodeTopic(root, { site, kind, device, channel: 'state' }),
    };
    this.#line = new Line({
      random,
      deliver: (letter, now) => this.#deliver(letter, now),
      onFault: (fault, { seq }, now) => this.#fault(now, fault, seq),
    });
  }

  get isUp(): boolean {
    return this.#losses.size === 0;
  }

  /** Whether time alone makes it send something. */
  get isBusy(): boolean {
    return this.#backlog.length > 0 || this.#line.isHolding || this.#willAt !== undefined;
  }

  set quality(quality: LineQuality) {
    this.#line.quality = quality;
  }

  /** Cuts the way at `now` (ms); `id` names the reason, of which there may be several at once. */
  cut(id: string, loss: Loss, now: number): void {
    const wasUp = this.isUp;
    this.#losses.set(id, loss);
    if (!wasUp || loss.lost === 'silent') return;
    this.#fault(now, loss.lost);
    if (loss.lost === 'will') this.#drop(now);
    else this.#willAt = now + HALF_OPEN_SECONDS * 1000;
  }

  /** Takes one reason away; when none is left it reconnects and sends what it has kept. */
  mend(id: string, now: number): void {
    const loss = this.#losses.get(id);
    if (loss === undefined) return;
    this.#losses.delete(id);
    if (!this.isUp) return;
    this.#willAt = undefined;
    const discarded = this.#backlog.open(loss);
    if (discarded > 0) this.#fault(now, 'discarded', discarded);
    if (this.#backlog.length > 0) this.#fault(now, 'stored', this.#backlog.length);
    if (loss.lost !== 'silent') this.#connect(now);
  }

  /** Drops the connection and comes back at once. */
  reconnect(now: number): void {
    if (!this.isUp) return;
    this.#fault(now, 'reconnect');
    this.#drop(now);
    this.#connect(now);
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

  telemetry(metrics: Metrics, told: Told, now: number): void {
    const ts = wrongTime(now, this.#clockError);
    const seq = this.#seq++;
    const body = { ts, seq, ...metrics };
    const time = { ts, measuredAt: now };
    const letter: Letter = { channel: 'telemetry', body, ...time, seq, told, isBackfill: false };
    const [loss] = this.#losses.values();
    if (loss !== undefined) this.#backlog.store(letter, loss);
    else if (this.#backlog.holdsUp) this.#backlog.append(letter);
    else this.#line.transmit(letter, now);
  }

  /** Says on the `state` channel whether the device is there. */
  present(isOnline: boolean, now: number): void {
    if (!this.isUp) return;
    const ts = wrongTime(now, this.#clockError);
    this.#deliver({ channel: 'state', body: { online: isOnline, ts }, ts, isBackfill: false }, now);
  }

  /** What time alone brings: delayed and stored messages, and the end of the broker's patience. */
  step(now: number, dtSeconds: number): void {
    if (this.#willAt !== undefined && now >= this.#willAt) {
      this.#willAt = undefined;
      this.#drop(now);
    }
    this.#line.step(now);
    if (!this.isUp || this.#backlog.length === 0) return;
    for (const letter of this.#backlog.take(dtSeconds)) this.#line.transmit(letter, now);
  }

  /** The broker publishes the will, which has no time of its own. */
  #drop(now: number): void {
    const { device, kind, send, witnesses } = this.#options;
    send({ device, topic: this.#topics.state, connection: 'drop' });
    const will = { device, kind, channel: 'state', isBackfill: false, isOnline: false } as const;
    for (const witness of witnesses) witness.transmitted({ at: now, ...will });
  }

  #connect(now: number): void {
    const { device, send } = this.#options;
    send({ device, topic: this.#topics.state, connection: 'connect' });
    this.present(true, now);
  }

  /** Hands a letter to the broker, whole or spoilt. */
  #deliver(letter: Letter, now: number): void {
    const { device, kind, random, send, witnesses } = this.#options;
    const { channel, body, ts, measuredAt, seq, isBackfill, told } = letter;
    const text = JSON.stringify(isBackfill ? { ...body, backfill: true } : body);
    const { garbage = 0 } = this.#line.quality;
    const isGarbage = channel === 'telemetry' && garbage > 0 && random.next() < garbage;
    if (isGarbage) this.#fault(now, 'garbage', seq);
    const payload = isGarbage ? garble(text, random) : text;
    const retain = channel === 'state';
    send({ device, topic: this.#topics[channel], payload, qos: 1, retain, at: now });
    const about = { at: now, device, kind, channel, isBackfill };
    const isOnline = body.online;
    const content = {
      ts,
      ...(measuredAt === undefined ? {} : { measuredAt }),
      ...(seq === undefined ? {} : { seq }),
      ...told,
      ...(typeof isOnline === 'boolean' ? { isOnline } : {}),
    };
    const sent = isGarbage ? about : { ...about, ...content };
    for (const witness of witnesses) witness.transmitted(sent);
  }

  #fault(at: number, fault: WireFault['fault'], detail?: string | number): void {
    const { device, witnesses } = this.#options;
    const given = detail === undefined ? {} : { detail };
    for (const witness of witnesses) witness.fault({ at, device, fault, ...given });
  }
}
