import { parseArgs } from 'node:util';
import { type CorpusRow, corpusNames, playCorpus } from '../support/corpus/corpus.ts';

/**
 * `npm run sim:corpus [-- --seeds 20] [--scenario NAME]`: every scenario, at most two simulated hours of it, with each
 * seed in this process: devices' bytes → decoder → pipeline → judge. Exit status 1 where the monitor was wrong.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    scenario: { type: 'string', multiple: true },
  },
});
const seeds = Number(values.seeds);
const names = values.scenario ?? corpusNames();
const unknown = names.filter((name) => !corpusNames().includes(name));
if (!Number.isInteger(seeds) || seeds < 1 || unknown.length > 0) {
  const what = unknown.length > 0 ? `--scenario ${unknown[0]}` : `--seeds ${values.seeds}`;
  console.error(
    `${what}: expected a whole number from 1 on, and one of ${corpusNames().join(', ')}`,
  );
  process.exit(2);
}

const width = Math.max(...names.map((name) => name.length));
const line = (scenario: string, cells: readonly (string | number)[]) =>
  [scenario.padEnd(width), ...cells.map((cell) => `${cell}`.padStart(9))].join('');

console.log(line('scenario', ['runs', 'messages', 'found', 'missed', 'false', 'wrong', 'seconds']));
const rows: CorpusRow[] = [];
for (const name of names) {
  const row = await playCorpus(name, seeds);
  rows.push(row);
  const { runs, messages, found, missed, wrong, seconds, faults } = row;
  console.log(line(name, [runs, messages, found, missed, row.false, wrong, seconds.toFixed(1)]));
  for (const fault of faults.slice(0, 10)) console.log(`    ${fault}`);
}
const sum = (of: (row: CorpusRow) => number) => rows.reduce((total, row) => total + of(row), 0);
const wrong = sum((row) => row.wrong);
console.log(
  line('all', [
    sum((row) => row.runs),
    sum((row) => row.messages),
    sum((row) => row.found),
    sum((row) => row.missed),
    sum((row) => row.false),
    wrong,
    sum((row) => row.seconds).toFixed(1),
  ]),
);
process.exit(wrong > 0 ? 1 : 0);
