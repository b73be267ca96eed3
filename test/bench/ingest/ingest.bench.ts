import { expect, test } from 'vitest';
import { report } from '../figures.ts';
import { startReference, startSvitlo } from './contestant.ts';
import { type Figures, race } from './race.ts';

const MESSAGES = Number(process.env.BENCH_MESSAGES ?? 200_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);

const contestants = [
  { name: 'reference', start: startReference },
  { name: 'svitlo', start: startSvitlo },
];

test('side by side on the same load: the bare reference, Svitlo', async () => {
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const { name, start } of contestants) {
      const figures = await race(start, MESSAGES);
      reportRace(`${name} ${round}`, figures);
      expect(figures.stored, name).toBe(MESSAGES);
    }
  }
});

function reportRace(name: string, figures: Figures): void {
  report(name, {
    'msg/s stored': figures.perSecond,
    'CPU µs a message': figures.cpuMicrosPerMessage,
    'peak RSS MB': figures.peakRssMb,
  });
}
