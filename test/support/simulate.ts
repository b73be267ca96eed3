import { resolve } from 'node:path';
import { type CommandResult, runCommand } from './run-command.ts';

const repository = resolve(import.meta.dirname, '../..');

/** Runs the simulator as `npm run sim -- …` does. */
export function simulate(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<CommandResult> {
  const cli = resolve(repository, 'simulators/cli.ts');
  return runCommand(process.execPath, [cli, ...args], { cwd: repository, env });
}
