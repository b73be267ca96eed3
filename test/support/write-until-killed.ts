import { Journal } from '../../src/adapters/sqlite/journal.ts';
import { viewOf } from '../../src/domain/line-block.ts';
import { journalEntry } from './journal-entry.ts';
import { openSpool } from './spool.ts';

/**
 * A process that writes numbers 0, 1, 2, … to a spool or a journal, several at a time, and prints
 * each once it is durable. Called with `spool|journal` and the file. It goes on far beyond what a test
 * waits for, yet not for ever, should nobody kill it.
 */
const [what = '', file = ''] = process.argv.slice(2);
const ABREAST = 20;
const LAST = 1_000_000;

function writer(): (number: number) => Promise<void> {
  if (what === 'journal') {
    const journal = new Journal(file);
    return (number) => journal.commit(journalEntry(number + 1));
  }
  const spool = openSpool(file);
  return (number) => spool.append(viewOf(`line ${number}`));
}

const write = writer();
for (let first = 0; first < LAST; first += ABREAST) {
  const numbers = Array.from({ length: ABREAST }, (_, index) => first + index);
  await Promise.all(
    numbers.map(async (number) => {
      await write(number);
      process.stdout.write(`${number}\n`);
    }),
  );
}
