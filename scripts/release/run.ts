import { execFileSync } from 'node:child_process';

/** Runs a program to its end with this terminal's stderr; throws where its status is not 0. */
export function run(command: string, args: readonly string[], cwd: string): string {
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];
  return execFileSync(command, [...args], { cwd, stdio, encoding: 'utf8' });
}
