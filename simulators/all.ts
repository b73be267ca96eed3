import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { untilAskedToEnd } from './end-request.ts';
import type { Verdict } from './judge/verdict.ts';
import { readSimulatorOptions, UsageError } from './options.ts';
import { progressLine, sayLine } from './progress.ts';
import { encodeJUnit } from './report/junit.ts';
import { encodeSummary } from './report/summary.ts';
import { play } from './run/play.ts';
import { exitStatusOf } from './run/status.ts';
import { loadScenario, scenarioNames } from './scenarios/scenario.ts';
import { ScenarioError } from './scenarios/timeline.ts';

const FOLDER = join('var', 'sim');

/** Plays every scenario against a monitor of its own, one after the other; the options hold for each. */
async function main(): Promise<number> {
  const options = readSimulatorOptions(['--assert', ...process.argv.slice(2)], process.env);
  if (options.url !== undefined)
    throw new UsageError('--url: each scenario has a monitor of its own');
  const verdicts: Verdict[] = [];
  let isAsked = false;
  const asked = untilAskedToEnd().then(() => {
    isAsked = true;
  });
  for (const name of scenarioNames()) {
    if (isAsked) break;
    const out = join(options.out ?? FOLDER, name);
    const report = join(out, 'report.html');
    const playing = { ...options, out, report, asked, say: sayLine, ...progressLine() };
    const { verdict } = await play(loadScenario(name), playing);
    if (verdict === undefined || isAsked) break;
    sayLine(encodeSummary(verdict));
    verdicts.push(verdict);
  }
  const folder = options.out ?? FOLDER;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'junit.xml'), encodeJUnit(verdicts));
  const right = verdicts.filter(({ status }) => status === 'right').length;
  console.log(`${right} of ${verdicts.length} scenarios right; ${join(folder, 'junit.xml')}`);
  return isAsked ? 3 : exitStatusOf(verdicts);
}

try {
  process.exit(await main());
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(error instanceof UsageError || error instanceof ScenarioError ? 2 : 3);
}
