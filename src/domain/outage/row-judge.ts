import type { Outage } from '../../contract/outage.ts';
import type { LedgerPlace } from './mark.ts';
import { coreOf, isSameCore, matchRows, type RowSource, withDetail } from './row.ts';
import { judge as judgeSpans, type SiteBook } from './site-book.ts';

/** An open row is told anew so often. */
const UPDATE_MS = 60_000;

/** Brings the rows of sites up to what is known, and collects what is to be told of them. */
export class RowJudge {
  readonly #source: RowSource;
  readonly #outages = new Map<string, Outage>();
  readonly #removed = new Set<string>();

  constructor(source: RowSource) {
    this.#source = source;
  }

  get hasNews(): boolean {
    return this.#outages.size + this.#removed.size > 0;
  }

  /** Rows that are new or otherwise than told before, and the identifiers of those that are none. */
  takeNews(): { outages: Outage[]; removedOutages: string[] } {
    const news = { outages: [...this.#outages.values()], removedOutages: [...this.#removed] };
    this.#outages.clear();
    this.#removed.clear();
    return news;
  }

  /** Judges anew what has changed. */
  judge(book: SiteBook, place: LedgerPlace, now: number): void {
    const { rows } = book;
    const { first, end, spans, changedFrom } = judgeSpans(book, place, now);
    const { matches, removed } = matchRows(rows.slice(first, end), spans);
    for (const { id } of removed) {
      this.#removed.add(id);
      this.#outages.delete(id);
    }
    const history = { ...book, place };
    const judged = matches.map(({ span, base }) => {
      const id = base?.id ?? newId(book, span.startedAt);
      const core = coreOf({ site: book.site, span, base, id, now }, this.#source);
      // An open row grows by itself: that is told when it is due.
      const isSame = base !== undefined && isSameCore(core, base);
      const isAsTold =
        core.endedAt === undefined ? book.refreshAt > now : core.endedAt <= changedFrom;
      if (isSame && isAsTold) return base;
      const row = withDetail(core, history, now);
      return isSame && JSON.stringify(row) === JSON.stringify(base) ? base : this.#tell(row);
    });
    rows.splice(first, end - first, ...judged);
    this.#plan(book, now);
  }

  #tell(row: Outage): Outage {
    this.#outages.set(row.id, row);
    this.#removed.delete(row.id);
    return row;
  }

  /** Ends the open row, of which nobody is left to tell more. */
  close(book: SiteBook, open: Outage, endedAt: number, now: number): void {
    const { site, startedAt, evidence, isLate, id } = open;
    const span = { startedAt, endedAt, evidence, isLate };
    const core = coreOf({ site, span, base: open, id, now }, this.#source);
    book.rows = book.rows.map((row) => (row === open ? this.#tell({ ...open, ...core }) : row));
    this.#plan(book, now);
  }

  /** Tells the open row anew, where there is one. */
  refresh(book: SiteBook, place: LedgerPlace, now: number): void {
    const base = book.rows.at(-1);
    if (base !== undefined && isOpen(base)) {
      const { site, startedAt, evidence, id } = base;
      const span = { startedAt, evidence, isLate: false };
      const core = coreOf({ site, span, base, id, now }, this.#source);
      book.rows[book.rows.length - 1] = this.#tell(withDetail(core, { ...book, place }, now));
    }
    this.#plan(book, now);
  }

  /** When an open row is to be told anew. */
  #plan(book: SiteBook, now: number): void {
    const last = book.rows.at(-1);
    if (last === undefined || !isOpen(last)) book.refreshAt = Number.POSITIVE_INFINITY;
    else if (this.#outages.get(last.id) === last) {
      const sustainedAt = last.startedAt + this.#source.sustainedSeconds() * 1000 + 1;
      const updateAt = now + UPDATE_MS;
      book.refreshAt = sustainedAt > now ? Math.min(updateAt, sustainedAt) : updateAt;
    }
  }
}

export function isOpen(row: Outage): boolean {
  return row.endedAt === undefined;
}

/** An interruption that began at the same moment may already go by that name, having moved since. */
function newId({ site, rows }: SiteBook, startedAt: number): string {
  const name = `${site}:${startedAt}`;
  let id = name;
  for (let copy = 2; rows.some((row) => row.id === id); copy += 1) id = `${name}:${copy}`;
  return id;
}
