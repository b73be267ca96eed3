import { createHash, timingSafeEqual, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, unwatchFile, watchFile } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { PKI_FILES, pkiIndexSchema, pkiPasswordsSchema } from '../../src/contract/pki.ts';
import { configFault } from '../../src/errors.ts';

const POLL_MS = 1000;
const OF_TLS = ['ca', 'crl', 'server', 'serverKey'] as const;
const OF_PEOPLE = ['index', 'passwords'] as const;

/** What a client has shown of itself. */
export type Credential =
  | { type: 'certificate'; serial: string }
  | { type: 'password'; user: string; hash: Buffer };

interface Followers {
  onTls(tls: SecureContextOptions): void;
  onPeople(): void;
}

/** The folder of `npm run pki` as a broker reads it: its own certificate, who is revoked, who has a password. */
export class BrokerPki {
  readonly #folder: string;
  #tls: SecureContextOptions;
  #revoked: ReadonlySet<string> = new Set();
  #passwords: Readonly<Record<string, string>> = {};

  /** Throws `SVT_CONFIG_INVALID` where something is missing or wrong. */
  constructor(folder: string) {
    this.#folder = folder;
    try {
      this.#tls = this.#readTls();
      this.#readPeople();
    } catch (error) {
      throw configFault([
        `SVITLO_BROKER_PKI: expected a folder of npm run pki, with init and server done there: ${reasonOf(error)}`,
      ]);
    }
  }

  get tls(): SecureContextOptions {
    return this.#tls;
  }

  /** Whether a credential stands, now: neither revoked nor replaced. */
  stands(credential: Credential): boolean {
    if (credential.type === 'certificate') return !this.#revoked.has(credential.serial);
    const { user, hash } = credential;
    const known = Object.hasOwn(this.#passwords, user) ? this.#passwords[user] : undefined;
    return known !== undefined && timingSafeEqual(Buffer.from(known, 'hex'), hash);
  }

  /** Takes what changes in the folder; what cannot be read is refused, and the one before goes on. */
  follow(log: Logger, { onTls, onPeople }: Followers): () => void {
    const attempt = (work: () => void) => () => {
      try {
        work();
        log.info('broker: its certificates and passwords are taken anew');
      } catch (error) {
        log.error({ err: error }, 'broker: new certificates or passwords refused, the old go on');
      }
    };
    const takeTls = attempt(() => {
      this.#tls = this.#readTls();
      onTls(this.#tls);
    });
    const takePeople = attempt(() => {
      this.#readPeople();
      onPeople();
    });
    const watched = [
      ...OF_TLS.map((name) => [this.#path(name), takeTls] as const),
      ...OF_PEOPLE.map((name) => [this.#path(name), takePeople] as const),
    ];
    for (const [file, take] of watched) {
      watchFile(file, { interval: POLL_MS, persistent: false }, take);
    }
    return () => {
      for (const [file, take] of watched) unwatchFile(file, take);
    };
  }

  #path(name: keyof typeof PKI_FILES): string {
    return join(this.#folder, PKI_FILES[name]);
  }

  #readTls(): SecureContextOptions {
    const [ca, crl, cert, key] = OF_TLS.map((name) => readFileSync(this.#path(name), 'utf8'));
    new X509Certificate(ca ?? '');
    const tls = { ca, crl, cert, key } as SecureContextOptions;
    createSecureContext(tls);
    return tls;
  }

  #readPeople(): void {
    const index = this.#readJson('index', pkiIndexSchema, { certificates: [] });
    const passwords = this.#readJson('passwords', pkiPasswordsSchema, {});
    const revoked = index.certificates.filter(({ revokedAt }) => revokedAt !== undefined);
    this.#revoked = new Set(revoked.map(({ serial }) => serial));
    this.#passwords = passwords;
  }

  #readJson<T>(name: keyof typeof PKI_FILES, schema: z.ZodType<T>, absent: T): T {
    const file = this.#path(name);
    return existsSync(file) ? schema.parse(JSON.parse(readFileSync(file, 'utf8'))) : absent;
  }
}

export function hashOf(password: Uint8Array): Buffer {
  return createHash('sha256').update(password).digest();
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
