import { expect, test } from 'vitest';
import { upsPayload } from '../../support/telemetry.ts';
import { percentile, report } from '../figures.ts';
import { startReference, startSvitlo } from './contestant.ts';
import { startNodeRed } from './node-red/start.ts';
import { type Figures, type Finish, race } from './race.ts';

const MESSAGES = Number(process.env.BENCH_MESSAGES ?? 300_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const PATIENCE_MS = 3_600_000;

/** Whoever stored less, or in another form, did not run the same race. */
const FIELDS = Object.keys(JSON.parse(upsPayload(0)) as object)
  .filter((key) => key !== 'ts' && key !== 'seq')
  .map((key) => `${key} ${key === 'ups.status' ? 'string' : 'float'}`)
  .toSorted();

const contestants = [
  { name: 'reference', start: startReference },
  { name: 'svitlo', start: startSvitlo },
  { name: 'node-red', start: startNodeRed },
];

test(
  'side by side on the same load: the bare reference, Svitlo, Node-RED',
  async () => {
    const results = new Map<string, Finish[]>(contestants.map(({ name }) => [name, []]));
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const { name, start } of contestants) {
        const figures = await race(start, MESSAGES);
        reportRace(`${name} ${round}`, figures);
        expect(figures.stored, name).toBe(MESSAGES);
        expect(figures.fields, name).toEqual(FIELDS);
        results.get(name)?.push(figures);
      }
    }
    const medians = new Map([...results].map(([name, all]) => [name, medianOf(all)]));
    for (const [name, median] of medians) reportRace(`${name}, median of ${ROUNDS}`, median);
    reportRatios(medians, 'reference');
    reportRatios(medians, 'node-red');
  },
  PATIENCE_MS,
);

function medianOf(all: readonly Figures[]): Figures {
  const median = (key: keyof Figures) =>
    percentile(
      all.map((figures) => figures[key]),
      0.5,
    );
  return {
    stored: median('stored'),
    perSecond: median('perSecond'),
    cpuMicrosPerMessage: median('cpuMicrosPerMessage'),
    peakRssMb: median('peakRssMb'),
  };
}

function reportRace(name: string, figures: Figures): void {
  report(name, {
    'msg/s stored': figures.perSecond,
    'CPU µs a message': figures.cpuMicrosPerMessage,
    'peak RSS MB': figures.peakRssMb,
  });
}

function reportRatios(medians: ReadonlyMap<string, Figures>, other: string): void {
  const [ours, theirs] = [medians.get('svitlo'), medians.get(other)];
  if (ours === undefined || theirs === undefined) throw new Error(`${other} did not race`);
  const ratio = (key: keyof Figures) => (ours[key] / theirs[key]).toFixed(2);
  report(`svitlo / ${other}`, {
    'CPU a message': ratio('cpuMicrosPerMessage'),
    'msg/s stored': ratio('perSecond'),
    'peak RSS': ratio('peakRssMb'),
  });
}
