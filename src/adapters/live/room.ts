import type { Detail, Frame } from '../../contract/live.ts';
import type { Circle } from './circle.ts';
import type { Gathering } from './gathering.ts';
import { News } from './news.ts';
import { Pace } from './pace.ts';

const FRAMES_KEPT = 60;
/** Of all the frames that are kept: a client that missed more is better off with a snapshot. */
const DEVICES_KEPT = 5000;

export type FrameContent = Pick<Frame, 'sites' | 'devices' | 'alarms' | 'incidents' | 'platform'>;

interface KeptFrame {
  frame: Frame;
  detail: Detail;
}

/** What a room has still to say, and what it said last. */
export class Room {
  readonly name: string;
  /** Whose it is; undefined: of those without limits. */
  readonly circle: Circle | undefined;
  /** The name of the Socket.IO rooms of its watchers: those of another circle never meet them. */
  readonly key: string;
  readonly dirtyDevices = new Set<string>();
  /** Sites as they were last sent, by id, encoded. */
  readonly sentSites = new Map<string, string>();
  /** The monitor's own state as it was last sent, encoded. */
  sentPlatform = '';
  /** The readings of the next frame, while they are gathered, and their detail. */
  gathering: Gathering | undefined;
  gatheredIn: Detail = 'summary';
  /** Alarms and incidents on their way. */
  readonly news = new News();
  /** Changes of power that wait for this timer are among the dirty devices. */
  readonly powerPace = new Pace();
  powerTimer: NodeJS.Timeout | undefined;
  #seq = 0;
  #frames: KeptFrame[] = [];
  #devicesKept = 0;
  #sentAt: number;

  constructor(name: string, now: number, circle?: Circle) {
    this.name = name;
    this.circle = circle;
    this.key = circle === undefined ? name : `${name} ${circle.key}`;
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

  stopTimers(): void {
    this.gathering = undefined;
    this.news.stop();
    clearTimeout(this.powerTimer);
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
  next(content: FrameContent, now: number, detail: Detail): Frame {
    this.#seq += 1;
    this.#sentAt = now;
    const frame: Frame = { room: this.name, seq: this.#seq, serverTime: now, ...content };
    this.#frames.push({ frame, detail });
    this.#devicesKept += frame.devices?.length ?? 0;
    while (this.#frames.length > FRAMES_KEPT || this.#devicesKept > DEVICES_KEPT) {
      this.#devicesKept -= this.#frames.shift()?.frame.devices?.length ?? 0;
    }
    return frame;
  }

  /** Numbers a snapshot that everybody is sent: who missed it cannot go on from frames. */
  restart(now: number): void {
    this.#seq += 1;
    this.#sentAt = now;
    this.#frames = [];
    this.#devicesKept = 0;
    this.gathering = undefined;
    this.dirtyDevices.clear();
    this.sentSites.clear();
  }

  /** The frames after `seq` in this detail, or `undefined` where some of them are not kept. */
  since(seq: number, detail: Detail): readonly Frame[] | undefined {
    if (seq > this.#seq) return undefined;
    const missed = this.#frames.filter(({ frame }) => frame.seq > seq);
    const isSummaryNext = this.gathering !== undefined && this.gatheredIn === 'summary';
    const isEnough =
      detail === 'summary' || (!isSummaryNext && missed.every((kept) => kept.detail === 'full'));
    if (!isEnough || missed.length !== this.#seq - seq) return undefined;
    return missed.map(({ frame }) => frame);
  }
}
