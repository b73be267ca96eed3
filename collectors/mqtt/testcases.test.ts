import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createPipeline } from '../../test/support/pipeline.ts';
import { decodeMessage } from './decode.ts';

interface Input {
  receivedAt: string;
  messages: {
    topic: string;
    /** Later than `receivedAt` (ms). */
    atMs: number;
    payload?: unknown;
    text?: string;
    base64?: string;
    retain?: boolean;
  }[];
}

const folder = join(import.meta.dirname, 'testcases');

/** What the whole way makes of the input: a line a point, then what is live, raised and rejected. */
async function play({ receivedAt, messages }: Input): Promise<string> {
  const pipeline = createPipeline();
  for (const { topic, atMs, payload, text, base64, retain } of messages) {
    const now = Date.parse(receivedAt) + atMs;
    pipeline.clock.ms = now;
    const bytes =
      base64 === undefined
        ? Buffer.from(text ?? JSON.stringify(payload))
        : Buffer.from(base64, 'base64');
    const message = { topic, payload: bytes, receivedAt: now, isRetained: retain === true };
    await pipeline.ingest.accept(decodeMessage({ root: 'svitlo/v1', ...message }));
  }
  const rejects = pipeline.rejects
    .newest()
    .toReversed()
    .map(({ reason, metric, detail }) => `# reject ${reason} ${metric ?? '-'}: ${detail}`);
  const alarms = pipeline.desk.alarms().map(({ id, state }) => `# alarm ${id} ${state}`);
  return `${[...pipeline.spool.lines, ...alarms, ...rejects].join('\n')}\n`;
}

test.each(readdirSync(folder))('%s', async (name) => {
  const input = JSON.parse(readFileSync(join(folder, name, 'input.json'), 'utf8')) as Input;
  await expect(await play(input)).toMatchFileSnapshot(join(folder, name, 'expected.lp'));
});
