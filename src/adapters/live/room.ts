import type { Frame } from '../../contract/live.ts';

const FRAMES_KEPT = 60;

/** What a room has still to say, and what it said last. */
export class Room {
  readonly name: string;
  readonly dirtyDevices = new Set<string>();
  /** Sites as they were last sent, by id, encoded. */
  readonly sentSites = new Map<string, string>();
  /** The monitor's own state as it was last sent, encoded. */
  sentPlatform = '';
  #seq = 0;
  #frames: Frame[] = [];
  #sentAt: number;

  constructor(name: string, now: number) {
    this.name = name;
    this.#sentAt = now;
  }

  get seq(): number {
    return this.#seq;
  }

  /** Time of the last frame (ms since 1970 UTC). */
  get sentAt(): number {
    return this.#sentAt;
  }

  covers(site: string): boolean {
    return this.name === '*' || this.name === site;
  }

  /**
   * Notes a site that one new watcher is shown. Where the others know another one, the next frame of
   * this site carries it for all.
   */
  noteShown(site: string, encoded: string): void {
    const sent = this.sentSites.get(site);
    this.sentSites.set(site, sent === undefined || sent === encoded ? encoded : '');
  }

  /** Numbers a frame and keeps it for clients that come back. */
  next(content: Pick<Frame, 'sites' | 'devices' | 'alarms' | 'platform'>, now: number): Frame {
    this.#seq += 1;
    this.#sentAt = now;
    const frame: Frame = { room: this.name, seq: this.#seq, serverTime: now, ...content };
    this.#frames.push(frame);
    if (this.#frames.length > FRAMES_KEPT) this.#frames.shift();
    return frame;
  }

  /** Numbers a snapshot that everybody is sent: who missed it cannot go on from frames. */
  restart(now: number): void {
    this.#seq += 1;
    this.#sentAt = now;
    this.#frames = [];
    this.dirtyDevices.clear();
    this.sentSites.clear();
  }

  /** The frames after `seq`, or `undefined` where some of them are no longer kept. */
  since(seq: number): readonly Frame[] | undefined {
    if (seq > this.#seq) return undefined;
    const missed = this.#frames.filter((frame) => frame.seq > seq);
    return missed.length === this.#seq - seq ? missed : undefined;
  }
}
