import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import {
  PKI_FILES,
  type PkiIndex,
  type PkiPasswords,
  pkiIndexSchema,
  pkiPasswordsSchema,
} from '../../contract/pki.ts';
import { PkiFault } from './fault.ts';

const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** Makes the folder, closed to everybody but its owner, also where it was wider. */
export function openFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
  chmodSync(folder, OWNER_ONLY_FOLDER);
}

/** Replaces the file whole: who reads it meanwhile sees the one before. */
export function writeOwn(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: OWNER_ONLY_FOLDER });
  const unfinished = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(unfinished, text, { mode: OWNER_ONLY_FILE, flag: 'wx', flush: true });
  renameSync(unfinished, file);
}

/** Throws `unreadable`. */
export function readOwn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new PkiFault('unreadable', file, error);
  }
}

export function readIndex(folder: string): PkiIndex {
  return readJson(join(folder, PKI_FILES.index), pkiIndexSchema, { certificates: [] });
}

export function writeIndex(folder: string, index: PkiIndex): void {
  writeOwn(join(folder, PKI_FILES.index), `${JSON.stringify(index, null, 2)}\n`);
}

export function readPasswords(folder: string): PkiPasswords {
  return readJson(join(folder, PKI_FILES.passwords), pkiPasswordsSchema, {});
}

export function writePasswords(folder: string, passwords: PkiPasswords): void {
  writeOwn(join(folder, PKI_FILES.passwords), `${JSON.stringify(passwords, null, 2)}\n`);
}

function readJson<T>(file: string, schema: z.ZodType<T>, absent: T): T {
  if (!existsSync(file)) return absent;
  try {
    return schema.parse(JSON.parse(readOwn(file)));
  } catch (error) {
    throw error instanceof PkiFault ? error : new PkiFault('unreadable', file, error);
  }
}
