import type { Logger } from 'pino';
import type { AccountBook, AccountChange, AccountStore } from '../../access-port.ts';
import { SvitloError } from '../../errors.ts';

type Row<T extends keyof AccountBook> = AccountBook[T][number];

/** What `accounts.db` holds, in memory, by identifier; of accounts by name. */
export type Picture = { [T in keyof AccountBook]: Map<string, Row<T>> } & {
  /** Somebody's account cannot be read: that there is none would let anybody in. */
  hasDamagedAccount: boolean;
};

/** What an act comes to: what it changes, nothing where it is refused, and what is answered. */
export interface Decision<T> {
  change?: AccountChange;
  answer: T;
}

const TABLES = ['accounts', 'passkeys', 'sessions', 'tokens', 'links', 'devices'] as const;
/** Another process writes in between so often at the most. */
const MOST_TRIES = 10;

export function emptyPicture(): Picture {
  return {
    accounts: new Map(),
    passkeys: new Map(),
    sessions: new Map(),
    tokens: new Map(),
    links: new Map(),
    devices: new Map(),
    hasDamagedAccount: false,
  };
}

export interface Directory {
  readonly picture: Picture;
  readonly isLoaded: boolean;
  load(): Promise<void>;
  /**
   * Decides by the picture as it is on disk, and resolves when what was decided is there, too. One act at a
   * time; `decide` is asked anew where another process has changed the file meanwhile. Throws
   * `SVT_ACCOUNTS_FAILED` as long as nothing could be read.
   */
  act<T>(decide: (picture: Picture) => Decision<T>): Promise<T>;
  /** After every change, whoever made it. */
  onChange(listener: (change: AccountChange | undefined) => void): void;
}

interface DirectoryOptions {
  store: AccountStore;
  log: Logger;
  /** Whether there ever was an account, by another record than this one. */
  hadAccounts?: (() => Promise<boolean>) | undefined;
}

export function createDirectory({ store, log, hadAccounts }: DirectoryOptions): Directory {
  const listeners: ((change: AccountChange | undefined) => void)[] = [];
  let picture = emptyPicture();
  let isLoaded = false;
  let last: Promise<unknown> = Promise.resolve();
  /** After what is under way, whatever becomes of it. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine.catch(() => {});
    return mine;
  };
  const tell = (change: AccountChange | undefined) => {
    for (const listener of listeners) listener(change);
  };
  const read = async () => {
    const { damaged, ...book } = await store.load();
    for (const { table, id } of damaged) log.error({ table, id }, 'accounts: a row is damaged');
    const next = pictureOf(book);
    next.hasDamagedAccount = damaged.some(({ table }) => table === 'accounts');
    const isEmpty = next.accounts.size === 0 && !next.hasDamagedAccount;
    if (!isLoaded && isEmpty && (await hadAccounts?.()) === true) throw lost();
    keepUses(picture, next);
    picture = next;
    isLoaded = true;
    tell(undefined);
  };
  const actOnce = async <T>(decide: (picture: Picture) => Decision<T>): Promise<T> => {
    if (!isLoaded) throw notRead();
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const { change, answer } = decide(picture);
      if (change === undefined) return answer;
      if (await store.apply(change)) {
        applyTo(picture, change);
        tell(change);
        return answer;
      }
      await read();
    }
    throw new Error('accounts: another process writes all the time');
  };
  store.onForeignChange(() => {
    inTurn(read).catch((error) => log.error({ err: error }, 'accounts: cannot be read anew'));
  });
  return {
    get picture() {
      return picture;
    },
    get isLoaded() {
      return isLoaded;
    },
    load: () => inTurn(read),
    act: (decide) => inTurn(() => actOnce(decide)),
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
}

/** That there are none would let anybody at this machine in. */
function lost(): SvitloError {
  const message =
    'accounts.db has no accounts, and there were some: restore it, or begin anew by npm run user -- add NAME --role administrator';
  return new SvitloError('SVT_ACCOUNTS_FAILED', message, { retryable: true });
}

export function notRead(): SvitloError {
  return new SvitloError('SVT_ACCOUNTS_FAILED', 'the accounts could not be read yet', {
    retryable: true,
  });
}

function pictureOf(book: AccountBook): Picture {
  return applyTo(emptyPicture(), { put: book });
}

function applyTo(picture: Picture, { put = {}, remove = {} }: AccountChange): Picture {
  for (const table of TABLES) {
    for (const id of remove[table] ?? []) {
      picture[table].delete(id);
      if (table === 'accounts') disown(picture, id);
    }
    const rows = picture[table] as Map<string, Row<typeof table>>;
    for (const row of put[table] ?? []) rows.set('id' in row ? row.id : row.name, row);
  }
  return picture;
}

function disown(picture: Picture, account: string): void {
  for (const table of ['passkeys', 'sessions', 'links', 'devices'] as const) {
    for (const [id, row] of picture[table]) if (row.account === account) picture[table].delete(id);
  }
}

/** When something was last used is written now and then alone: the file knows it late. */
function keepUses(from: Picture, to: Picture): void {
  for (const table of ['sessions', 'tokens'] as const) {
    for (const [id, row] of to[table]) {
      const usedAt = from[table].get(id)?.lastUsedAt ?? 0;
      if (usedAt > (row.lastUsedAt ?? 0)) row.lastUsedAt = usedAt;
    }
  }
}
