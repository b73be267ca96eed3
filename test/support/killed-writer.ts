import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const script = resolve(import.meta.dirname, 'write-until-killed.ts');

/**
 * Lets a process of its own write numbers to the spool or journal in `file`, and kills it with
 * `kill -9` once `count` are durable. Returns every number that it said is durable.
 */
export async function writeAndKill(
  what: 'spool' | 'journal',
  file: string,
  count: number,
): Promise<number[]> {
  const child = spawn(process.execPath, [script, what, file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const ended = once(child, 'close');
  const durable: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    durable.push(Number(line));
    if (durable.length === count) child.kill('SIGKILL');
  }
  await ended;
  if (durable.length < count) throw new Error(`the writer ended by itself: ${complaint}`);
  return durable;
}
