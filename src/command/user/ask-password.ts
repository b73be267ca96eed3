import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** 128 + SIGINT, as shells have it. */
const INTERRUPTED = 130;

/**
 * Asks twice at a terminal, without showing what is typed; elsewhere takes the first line of the input.
 * Undefined: the two are not the same.
 */
export async function askPassword(first: string, again: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return firstLine();
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  const giveUp = () => process.exit(INTERRUPTED);
  lines.on('SIGINT', giveUp).on('close', giveUp);
  const ask = async (prompt: string) => {
    process.stderr.write(prompt);
    const line = await lines.question('');
    process.stderr.write('\n');
    return line;
  };
  const password = await ask(first);
  const isSame = password === (await ask(again));
  lines.off('close', giveUp);
  lines.close();
  return isSame ? password : undefined;
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  const [line] = (await Promise.race([once(lines, 'line'), once(lines, 'close')])) as [string?];
  lines.close();
  return line ?? '';
}
