import { describe, expect, test } from 'vitest';
import { playCorpus } from '../support/corpus/corpus.ts';

/** The quick part: two seeds of the worst ones. `npm run sim:corpus` plays all with twenty. */
const SEEDS = 2;
const QUICK = ['blackout', 'clock-steps', 'comms-alone', 'forged-return', 'late-words', 'flood'];

describe('in process, from the devices’ bytes on, the monitor is right', () => {
  test.each(QUICK)('in %s', async (scenario) => {
    const { faults, found, runs } = await playCorpus(scenario, SEEDS);
    expect(faults).toEqual([]);
    expect(runs).toBe(SEEDS);
    // Without a cut there is nothing to find.
    if (scenario !== 'comms-alone') expect(found).toBeGreaterThan(0);
  });
});
