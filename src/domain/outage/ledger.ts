import type { Evidence } from '../../contract/incident.ts';
import type { Kind } from '../../contract/kind.ts';
import type { Outage } from '../../contract/outage.ts';
import { isPlaced, type LedgerPlace, lastUpTo } from './mark.ts';
import { decodePiece, encodeTestimonies, type RememberedPiece, takeUnsaved } from './piece.ts';
import { endOf, type RowSource } from './row.ts';
import { isOpen, RowJudge } from './row-judge.ts';
import { markChanged, newSiteBook, type SiteBook } from './site-book.ts';
import { type MarkedWord, Track } from './track.ts';

/** So long words are kept, and so long late ones still count. */
const HISTORY_MS = 48 * 3_600_000;
const TIDY_MS = 3_600_000;
/** What is only heard, not changed, is saved so often. */
const SAVE_MS = 60_000;
/** What comes within so long after a judgement is judged together: of a storm, or a backfill. */
const BATCH_MS = 1000;
/** A second has time for so many sites; after a storm the others follow with the next ones. */
const MAX_PER_TICK = 50;
/** A person writes down what was connected some time after it carries. */
const NOTE_LAG_MS = 10 * 60_000;
const DEFAULT_INTERVAL_SECONDS = 10;

export interface LedgerOptions extends RowSource {
  place(site: string): LedgerPlace | undefined;
  /** How often the device speaks, 10 s where it is not known. */
  intervalOf?(site: string, device: string): number;
}

/** What changed since the last time. */
export interface LedgerChanges {
  outages: Outage[];
  /** Identifiers of rows that turned out to be none, or part of others. */
  removedOutages: string[];
  remembered: RememberedPiece[];
}

/**
 * The interruptions of each site (IEEE 1366) as a function of what its devices and people said they
 * were, when; live and late words alike, in any order. Times are ms since 1970 UTC by the devices'
 * clocks, as far as they are right. A site or device that is not configured counts for nothing.
 */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #books = new Map<string, SiteBook>();
  /** Those to judge or to tell of. */
  readonly #touched = new Set<SiteBook>();
  /** Those that were judged less than a second ago. */
  readonly #held = new Set<SiteBook>();
  readonly #saving = new Set<SiteBook>();
  /** Those of which time alone may change something. */
  readonly #waiting = new Set<SiteBook>();
  readonly #rows: RowJudge;
  readonly #remembered = new Map<string, string | undefined>();
  #tidyAt: number | undefined;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#rows = new RowJudge(options);
  }

  /** Takes up where the process before left off, before anything else. */
  restore(outages: readonly Outage[], remembered: readonly { key: string; body: string }[]): void {
    for (const { key, body } of remembered) {
      const { site, device, runs, testimonies } = decodePiece(key, body);
      const book = this.#bookOf(site);
      book.testimonies.push(...testimonies);
      if (device !== undefined)
        (book.tracks.get(device) ?? this.#trackOf(book, device)).restore(runs);
    }
    for (const outage of outages) this.#bookOf(outage.site).rows.push(outage);
    for (const book of this.#books.values()) {
      book.rows.sort((one, other) => one.startedAt - other.startedAt);
      book.refreshAt = Number.NEGATIVE_INFINITY;
      book.recheckAt = Number.NEGATIVE_INFINITY;
      this.#waiting.add(book);
    }
  }

  /**
   * One telemetry message. Where nothing changes it costs two look-ups and allocates nothing; a device
   * that is not of the site's configuration is passed over. True where what a live one changed is to be
   * collected now, not with the next second.
   */
  note(site: string, device: string, kind: Kind, at: MarkedWord, now: number): boolean {
    if (at.isLate && at.ts < now - HISTORY_MS) return false;
    const known = this.#books.get(site);
    const track = known?.tracks.get(device) ?? this.#open(site, device);
    if (track === undefined) return false;
    track.setInterval(this.#intervalOf(site, device));
    const changed = track.note(
      kind === 'scanner' && at.since !== undefined ? withoutSince(at) : at,
      now,
    );
    const isDecided = known === undefined || now > known.undecidedUntil;
    const isSaved = track.newest - track.savedUpTo < (isDecided ? SAVE_MS : 1);
    if (changed === undefined && isSaved) return false;
    const book = this.#bookOf(site);
    if (changed === undefined) {
      track.saveNewest();
      this.#saving.add(book);
      return false;
    }
    markChanged(book, changed);
    if (isJustJudged(book, now)) this.#held.add(book);
    else this.#touched.add(book);
    if (at.isLate) return false;
    book.isLiveUnsaved = true;
    this.#saving.add(book);
    return true;
  }

  /** A person's dated word: a generator counts while the site has no meter of its own that is heard. */
  testify(site: string, evidence: Evidence, at: number, now: number): void {
    const book = this.#bookOf(site);
    this.#settle(book, now);
    const { testimonies, rows } = book;
    const ended = rows.findLast((row) => row.startedAt <= at);
    const isLagging = ended?.endedAt !== undefined && at - ended.endedAt <= NOTE_LAG_MS;
    const isMoved = evidence === 'generator_connected' && isLagging;
    const effectiveAt = isMoved ? Math.min(at, endOf(ended)) : at;
    const index = lastUpTo(testimonies, effectiveAt, (one) => one.at);
    testimonies.splice(index + 1, 0, { at: effectiveAt, evidence });
    book.areTestimoniesUnsaved = true;
    markChanged(book, { from: effectiveAt, to: Number.POSITIVE_INFINITY });
    this.#touched.add(book);
  }

  /** Configuration was read anew: ends what lasts where the site or all of its witnesses are gone. */
  configured(now: number): void {
    for (const book of this.#books.values()) {
      const open = book.rows.find(isOpen);
      const place = this.#options.place(book.site);
      if (open?.evidence.some((device) => isPlaced(place, device)) !== false) continue;
      const words = open.evidence.flatMap((device) => book.tracks.get(device)?.newest ?? []);
      const lastWord = words.length === 0 ? now : Math.min(now, Math.max(...words));
      this.#rows.close(book, open, Math.max(open.startedAt, lastWord), now);
    }
  }

  /** Once a second: what time and silence alone change, and what waited to be judged together. */
  tick(now: number): void {
    this.#release(now, MAX_PER_TICK);
    for (const book of this.#waiting) {
      if (this.#touched.size >= MAX_PER_TICK) break;
      if (book.recheckAt <= now) {
        const from = Number.isFinite(book.recheckAt) ? book.recheckAt : newestOf(book, now);
        markChanged(book, { from, to: Number.POSITIVE_INFINITY });
      } else if (book.refreshAt > now) continue;
      this.#touched.add(book);
    }
    if (this.#tidyAt !== undefined && now - this.#tidyAt < TIDY_MS) return;
    this.#tidyAt = now;
    for (const book of this.#books.values()) this.#tidy(book, now);
  }

  /**
   * What is to be kept and shown. A site is judged at once, and a second later where more comes
   * until then; what is live is kept at once. `isFinal`: nothing waits, the process ends.
   */
  collect(now: number, isFinal = false): LedgerChanges {
    if (this.#isIdle && !isFinal) return NOTHING;
    this.#release(now, isFinal ? Number.POSITIVE_INFINITY : 1);
    if (isFinal) for (const book of this.#books.values()) this.#saveAll(book);
    for (const book of this.#touched) this.#settle(book, now);
    for (const book of this.#saving) this.#save(book);
    const remembered = [...this.#remembered].map(([key, body]) => ({ key, body }));
    this.#remembered.clear();
    return { ...this.#rows.takeNews(), remembered };
  }

  /** The interruptions that last, as they were collected last. */
  open(): Outage[] {
    return [...this.#books.values()].flatMap(({ rows }) => rows.filter(isOpen));
  }

  get #isIdle(): boolean {
    const toDo = this.#held.size + this.#touched.size + this.#saving.size;
    return toDo + this.#remembered.size === 0 && !this.#rows.hasNews;
  }

  #settle(book: SiteBook, now: number): void {
    const { site, changed } = book;
    this.#touched.delete(book);
    this.#held.delete(book);
    const place = this.#options.place(site);
    if (place !== undefined) {
      // After a restart they are learned only as the devices speak.
      for (const [id, track] of book.tracks) track.setInterval(this.#intervalOf(site, id));
      if (changed !== undefined) this.#rows.judge(book, place, now);
      else if (book.refreshAt <= now) this.#rows.refresh(book, place, now);
    }
    const isWaiting = Math.min(book.refreshAt, book.recheckAt) < Number.POSITIVE_INFINITY;
    if (isWaiting && place !== undefined) this.#waiting.add(book);
    else this.#waiting.delete(book);
    if (changed !== undefined) book.judgedAt = now;
    this.#save(book);
  }

  #save(book: SiteBook): void {
    const { site, tracks, testimonies } = book;
    this.#saving.delete(book);
    for (const [device, track] of tracks) {
      // After a restart nobody of the site is to look silent at the moment of a change.
      const isBehind = track.newest - track.savedUpTo > track.toleranceMs;
      if (book.isLiveUnsaved && isBehind) track.saveNewest();
      if (track.unsaved.size > 0) this.#remember(takeUnsaved(site, device, track));
    }
    if (book.areTestimoniesUnsaved) this.#remember([encodeTestimonies(site, testimonies)]);
    book.areTestimoniesUnsaved = false;
    book.isLiveUnsaved = false;
  }

  /** Those that have waited longest first; before their time only where all are wanted. */
  #release(now: number, most: number): void {
    for (const book of this.#held) {
      const isDue = !isJustJudged(book, now) || most === Number.POSITIVE_INFINITY;
      if (!isDue || this.#touched.size >= most) return;
      this.#held.delete(book);
      this.#touched.add(book);
    }
  }

  #saveAll(book: SiteBook): void {
    this.#saving.add(book);
    for (const track of book.tracks.values()) {
      if (track.newest > track.savedUpTo) track.saveNewest();
    }
  }

  /** Forgets what is too old to change, but nothing of an interruption that may. */
  #tidy(book: SiteBook, now: number): void {
    const { site, tracks, testimonies } = book;
    let before = now - HISTORY_MS;
    for (const row of book.rows)
      if (endOf(row) > now - HISTORY_MS) before = Math.min(before, row.startedAt);
    before -= TIDY_MS;
    book.rows = book.rows.filter((row) => endOf(row) >= before);
    const place = this.#options.place(site);
    for (const [device, track] of tracks) {
      track.forget(before);
      if (track.newest >= before || isPlaced(place, device)) continue;
      track.forgetAll();
      this.#remember(takeUnsaved(site, device, track));
      tracks.delete(device);
    }
    const kept = testimonies.filter(({ at }) => at >= before);
    book.areTestimoniesUnsaved ||= kept.length < testimonies.length;
    testimonies.splice(0, testimonies.length, ...kept);
    this.#saving.add(book);
  }

  #remember(pieces: readonly RememberedPiece[]): void {
    for (const { key, body } of pieces) this.#remembered.set(key, body);
  }

  #bookOf(site: string): SiteBook {
    const known = this.#books.get(site);
    if (known !== undefined) return known;
    const book = newSiteBook(site);
    this.#books.set(site, book);
    return book;
  }

  /** `undefined` for a device that is not configured. */
  #open(site: string, device: string): Track | undefined {
    if (!isPlaced(this.#options.place(site), device)) return undefined;
    return this.#trackOf(this.#bookOf(site), device);
  }

  #trackOf({ site, tracks }: SiteBook, device: string): Track {
    const track = new Track(this.#intervalOf(site, device));
    tracks.set(device, track);
    return track;
  }

  #intervalOf(site: string, device: string): number {
    return this.#options.intervalOf?.(site, device) ?? DEFAULT_INTERVAL_SECONDS;
  }
}

const NOTHING: LedgerChanges = { outages: [], removedOutages: [], remembered: [] };

function isJustJudged({ judgedAt }: SiteBook, now: number): boolean {
  return now >= judgedAt && now - judgedAt < BATCH_MS;
}

/** Only a UPS's and a supply's verdicts reach back. */
function withoutSince({ ts, mark, isLate }: MarkedWord): MarkedWord {
  return { ts, mark, isLate };
}

function newestOf({ tracks }: SiteBook, now: number): number {
  const newest = Math.max(...[...tracks.values()].map((track) => track.newest));
  return newest === Number.NEGATIVE_INFINITY ? now : Math.min(newest, now);
}
