import { resolve } from 'node:path';
import { runCommand } from './run-command.ts';

const programs = resolve(import.meta.dirname, '../../src/command');

/** Runs `npm run backup` or `npm run restore` without npm; in English. */
export function runProgram(
  name: 'backup' | 'restore' | 'journal',
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  return runCommand(process.execPath, [resolve(programs, `${name}.ts`), ...args], {
    cwd: '/',
    env: { SVITLO_LANG: 'en', ...env },
  });
}
