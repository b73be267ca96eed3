import { runCommand } from './run-command.ts';

/** The user `nobody` where the tests run as root, whom no permission stops; else the caller. */
export async function unprivilegedUser(): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = await Promise.all([idOf('-u'), idOf('-g')]);
  return { uid, gid };
}

async function idOf(which: '-u' | '-g'): Promise<number> {
  const { status, stdout, stderr } = await runCommand('id', [which, 'nobody']);
  if (status !== 0) throw new Error(`id ${which} nobody: ${stderr}`);
  return Number(stdout);
}
