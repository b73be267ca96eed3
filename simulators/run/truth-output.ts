import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TruthFile } from '../truth/truth-file.ts';

/** Opens `truth.jsonl` in `folder`; throws where it cannot be written. */
export async function openTruth(folder: string) {
  await mkdir(folder, { recursive: true });
  const stream = createWriteStream(join(folder, 'truth.jsonl'));
  await new Promise<void>((resolve, reject) => {
    stream.once('open', () => resolve());
    stream.once('error', reject);
  });
  const file = new TruthFile((text) => stream.write(text));
  const end = () => {
    file.end();
    return new Promise<void>((resolve) => stream.end(() => resolve()));
  };
  return { file, end };
}
