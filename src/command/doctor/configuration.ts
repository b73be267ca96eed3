import { loadConfig } from '../../config.ts';
import { type Check, find, note } from './check.ts';

/** The very faults that a start names. */
export function configFaults(argv: readonly string[], env: NodeJS.ProcessEnv): string[] {
  try {
    loadConfig(argv, env);
    return [];
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const lines = text.split('\n').map((line) => line.trim());
    return lines.length > 1 ? lines.slice(1) : lines;
  }
}

export const configuration: Check = {
  name: 'configuration',
  timeoutSeconds: 5,
  run: ({ settings, argv, env }, outcome) => {
    for (const fault of configFaults(argv, env)) find(outcome, 'config_invalid', { fault });
    if (settings.configFile === undefined) note(outcome, 'no_config_file', {});
  },
};
