import type { Check } from '../../../simulators/judge/verdict.ts';
import { MonitorAnswerError } from '../../../simulators/judge/view.ts';
import { loadScenario, scenarioNames } from '../../../simulators/scenarios/scenario.ts';
import { createPipelineMonitor } from './pipeline-monitor.ts';
import { playInProcess } from './run.ts';

/** A scenario goes on for no longer than two simulated hours here. */
const MOST_SECONDS = 7200;
/** Trials of quantity, and what nothing happens in for less time than another. */
const LEFT_OUT: readonly string[] = ['scale'];

/** What came of one scenario with one or several seeds. */
export interface CorpusRow {
  scenario: string;
  runs: number;
  messages: number;
  /** Interruptions that a device told of and the ledger has. */
  found: number;
  missed: number;
  /** Alarms, incidents and ledger rows that nothing explains. */
  false: number;
  /** Checks beyond their limits. */
  wrong: number;
  seconds: number;
  /** What was wrong, a line a check. */
  faults: string[];
}

export function corpusNames(): string[] {
  return scenarioNames().filter((name) => !LEFT_OUT.includes(name));
}

/** Plays a scenario with the seeds `1…seeds` from the devices' bytes through the real pipeline, and judges it. */
export async function playCorpus(scenario: string, seeds: number): Promise<CorpusRow> {
  const row: CorpusRow = {
    scenario,
    runs: 0,
    messages: 0,
    found: 0,
    missed: 0,
    false: 0,
    wrong: 0,
    seconds: 0,
    faults: [],
  };
  const begunAt = performance.now();
  for (let seed = 1; seed <= seeds; seed++) {
    try {
      const verdict = await playInProcess({
        scenario: loadScenario(scenario),
        seed,
        mostSeconds: MOST_SECONDS,
        createMonitor: (topology) => createPipelineMonitor(topology),
      });
      row.messages += verdict.published;
      count(row, verdict.checks, seed);
    } catch (error) {
      if (!(error instanceof MonitorAnswerError)) throw error;
      row.wrong += 1;
      row.faults.push(`seed ${seed}: ${error.message}`);
    }
    row.runs += 1;
  }
  row.seconds = (performance.now() - begunAt) / 1000;
  return row;
}

function count(row: CorpusRow, checks: readonly Check[], seed: number): void {
  const of = (name: string) => checks.find((check) => check.name === name);
  const measured = (...names: string[]) =>
    names.reduce((sum, name) => sum + (of(name)?.measured ?? 0), 0);
  row.found += (of('ledger.missing')?.of ?? 0) - measured('ledger.missing');
  row.missed += measured('ledger.missing', 'interruptions.missed', 'incidents.missing');
  row.false += measured('ledger.false', 'interruptions.false', 'incidents.false', 'alarms.false');
  for (const { name, outcome, measured: value, limit, unit, examples } of checks) {
    if (outcome === 'right') continue;
    row.wrong += 1;
    const most = limit === undefined ? '' : `, at most ${limit}${unit}`;
    row.faults.push(`seed ${seed}: ${name} ${value}${unit}${most}: ${examples[0] ?? ''}`);
  }
}
