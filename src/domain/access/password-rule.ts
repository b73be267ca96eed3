import { PASSWORD_LEAST, PASSWORD_MOST } from '../../contract/access.ts';
import { COMMON_PASSWORDS, COMMON_WORDS } from './common-password.ts';

/** What stands beside one another on keyboards and in alphabets. */
const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'абвгґдеєжзиіїйклмнопрстуфхцчшщьюя',
  'йцукенгшщзхїфівапролджєячсмитьбю',
].flatMap((row) => [row, [...row].reverse().join('')]);

/** Of the service itself, and names of its trade that come to everybody's mind. */
const OWN_WORDS = ['svitlo', 'світло', 'пароль', 'password', 'parol', 'administrator', 'customs'];

/** Fewer different characters than this are no password. */
const LEAST_DIFFERENT = 5;

export type PasswordFault = 'too_short' | 'too_long' | 'name' | 'common';

/**
 * Why a new password is not taken; undefined: it is. Length and what is easily guessed count, kinds of
 * characters do not (NIST SP 800-63B-4 § 3.1.1.2, OWASP ASVS 5 § 6.2).
 */
export function passwordFault(password: string, accountName: string): PasswordFault | undefined {
  const characters = [...password.normalize('NFC')];
  if (characters.length < PASSWORD_LEAST) return 'too_short';
  if (characters.length > PASSWORD_MOST) return 'too_long';
  const plain = characters.join('').toLowerCase();
  if (isMostly(plain, accountName.toLowerCase())) return 'name';
  if (COMMON_PASSWORDS.has(plain) || new Set(plain).size < LEAST_DIFFERENT) return 'common';
  if (OWN_WORDS.some((word) => isMostly(plain, word))) return 'common';
  if (isWalk(plain) || isCommonCore(plain)) return 'common';
  return undefined;
}

/** A word of three letters or more, and hardly anything but it. */
function isMostly(plain: string, word: string): boolean {
  if ([...word].length < 3 || !plain.includes(word)) return false;
  const rest = plain.replaceAll(word, '').replace(/[\d\p{P}\p{S}\s]/gu, '');
  return [...rest].length < 4;
}

/** Keys beside one another, or the same key again, nearly all the way. */
function isWalk(plain: string): boolean {
  const characters = [...plain];
  const steps = characters.slice(1).filter((next, index) => {
    const pair = `${characters[index]}${next}`;
    return characters[index] === next || ROWS.some((row) => row.includes(pair));
  });
  return steps.length >= (characters.length - 1) * 0.7;
}

/** One common word with digits and signs around it, or something short again and again. */
function isCommonCore(plain: string): boolean {
  const unit = unitOf(plain);
  if ([...unit].length <= 6 && unit !== plain) return true;
  const bare = unit.replace(/^[\p{P}\p{S}\s]+|[\p{P}\p{S}\s]+$/gu, '');
  const core = unit.replace(/^[\d\p{P}\p{S}\s]+|[\d\p{P}\p{S}\s]+$/gu, '');
  if (core === '' || COMMON_PASSWORDS.has(bare)) return true;
  return COMMON_WORDS.has(core) || COMMON_PASSWORDS.has(core) || isTwice(core);
}

/** A common word and itself again. */
function isTwice(core: string): boolean {
  return COMMON_WORDS.has(unitOf(core)) && unitOf(core) !== core;
}

/** What the whole consists of, again and again; the whole itself where it does not. */
function unitOf(plain: string): string {
  return /^(.+?)\1+$/u.exec(plain)?.[1] ?? plain;
}
