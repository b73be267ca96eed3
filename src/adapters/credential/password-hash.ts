import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Passwords } from '../../access-port.ts';
import { SvitloError } from '../../errors.ts';

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane, or stronger. */
const TODAY: Cost = { memoryKib: 19_456, passes: 2, lanes: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** So many wait in each line. */
const MOST_WAITING = 16;
/**
 * Each takes 19 MiB and some 30 ms of a core. Those of strangers begin so far apart (ms): whoever sends many
 * takes a third of a core at the most from the alarms.
 */
const STRANGERS_GAP_MS = 100;

interface Cost {
  memoryKib: number;
  passes: number;
  lanes: number;
}

interface Hash {
  cost: Cost;
  salt: Buffer;
  hash: Buffer;
}

/** PHC string format: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`, base64 without padding. */
const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([\w+/]{11,86})\$([\w+/]{22,86})$/;

/** Argon2id (RFC 9106) on Node's helper threads, one password at a time. Tests alone ask for less. */
export function createPasswords({
  cost: today = TODAY,
  strangersGapMs = STRANGERS_GAP_MS,
}: {
  cost?: Cost;
  strangersGapMs?: number;
} = {}): Passwords {
  const line = createLine(strangersGapMs);
  /** Verified where there is no hash, so that it takes as long. Nothing fits it. */
  const nobodys = { cost: today, salt: Buffer.alloc(SALT_BYTES), hash: Buffer.alloc(HASH_BYTES) };
  return {
    hash: (password) =>
      line.take(true, async () => {
        const salt = randomBytes(SALT_BYTES);
        return format({ cost: today, salt, hash: await derive(password, today, salt) });
      }),
    verify: ({ password, hash, isPreferred }) =>
      line.take(isPreferred, async () => {
        const known = hash === undefined ? undefined : parse(hash);
        const { cost, salt, hash: expected } = known ?? nobodys;
        const made = await derive(password, cost, salt, expected.length);
        const isRight = timingSafeEqual(made, expected) && known !== undefined;
        return { isRight, isOutdated: isRight && isWeaker(cost, today) };
      }),
  };
}

function derive(password: string, cost: Cost, salt: Buffer, length = HASH_BYTES): Promise<Buffer> {
  const { memoryKib: memory, passes, lanes: parallelism } = cost;
  const message = Buffer.from(password.normalize('NFC'));
  const parameters = { message, nonce: salt, memory, passes, parallelism, tagLength: length };
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, made) => {
      if (error === null) resolve(made);
      else reject(error);
    });
  });
}

function isWeaker({ memoryKib, passes }: Cost, today: Cost): boolean {
  return memoryKib < today.memoryKib || passes < today.passes;
}

function format({ cost, salt, hash }: Hash): string {
  const { memoryKib, passes, lanes } = cost;
  const [saltText, hashText] = [salt, hash].map((bytes) =>
    bytes.toString('base64').replace(/=+$/, ''),
  );
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$${saltText}$${hashText}`;
}

function parse(text: string): Hash | undefined {
  const [, memory, passes, lanes, salt = '', hash = ''] = PHC.exec(text) ?? [];
  if (memory === undefined) return undefined;
  const cost = { memoryKib: Number(memory), passes: Number(passes), lanes: Number(lanes) };
  return { cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
}

/** Two bounded lines for one place: the preferred one goes first, the other one takes its time. */
function createLine(gapMs: number) {
  const preferred: (() => void)[] = [];
  const others: (() => void)[] = [];
  let isBusy = false;
  let othersFrom = 0;
  let isAwaited = false;
  const letIn = (next: (() => void) | undefined) => {
    isBusy = next !== undefined;
    next?.();
  };
  const look = () => {
    if (isBusy) return;
    if (preferred.length > 0) return letIn(preferred.shift());
    const waitMs = others.length === 0 ? 0 : othersFrom - performance.now();
    if (waitMs > 0) {
      if (!isAwaited) {
        setTimeout(() => {
          isAwaited = false;
          look();
        }, waitMs);
      }
      isAwaited = true;
      return;
    }
    othersFrom = performance.now() + gapMs;
    letIn(others.shift());
  };
  return {
    async take<T>(isPreferred: boolean, work: () => Promise<T>): Promise<T> {
      const line = isPreferred ? preferred : others;
      if (line.length >= MOST_WAITING) throw tooMany();
      await new Promise<void>((resolve) => {
        line.push(resolve);
        look();
      });
      try {
        return await work();
      } finally {
        isBusy = false;
        look();
      }
    },
  };
}

function tooMany(): SvitloError {
  const message = 'too many sign-ins at once: expected a later try';
  const params = { retryAfterSeconds: 2 };
  return new SvitloError('SVT_TOO_MANY_ATTEMPTS', message, { retryable: true, params });
}
