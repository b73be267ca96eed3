import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Judge } from '../judge/judge.ts';
import type { Check, SiteTimeline, Verdict } from '../judge/verdict.ts';
import { MonitorAnswerError } from '../judge/view.ts';
import { encodeJUnit } from '../report/junit.ts';
import { encodePage } from '../report/page.ts';
import type { RunEnd } from './drive.ts';
import type { Play } from './play.ts';

/** In real time this share of the messages must leave within a second: limits are in seconds. */
const PUNCTUAL_SHARE = 0.999;
const LATEST_MS = 1000;

interface Judged {
  checks: Check[];
  timelines: SiteTimeline[];
  /** Why it could not be judged to the end: the monitor's fault. */
  failure?: string;
}

/** Judges the run and writes `verdict.json`, `junit.xml` and the page. */
export async function concludeRun(
  play: Play,
  judge: Judge,
  end: RunEnd & { wallSeconds: number },
): Promise<Verdict> {
  const { scenario, options, topology, startMs, fleet } = play;
  const judged = await judgeRun(judge, end);
  const obstacle = end.obstacle ?? obstacleOf(play);
  const verdict: Verdict = {
    scenario: scenario.name,
    about: scenario.about,
    seed: options.seed,
    mode: play.clock === undefined ? 'real time' : 'lock-step',
    startMs,
    endMs: end.endMs,
    wallSeconds: end.wallSeconds,
    devices: fleet.deviceCount,
    sites: Object.keys(topology.sites).length,
    published: judge.expectations.published,
    ...sentence(judged, obstacle),
    checks: judged.checks,
    timelines: judged.timelines,
  };
  await writeVerdict(play, verdict);
  return verdict;
}

async function judgeRun(judge: Judge, { endMs, failure, obstacle }: RunEnd): Promise<Judged> {
  const nothing = { checks: [], timelines: [] };
  if (failure !== undefined) return { ...nothing, failure };
  if (obstacle !== undefined) return nothing;
  try {
    return await judge.conclude(endMs);
  } catch (error) {
    if (error instanceof MonitorAnswerError) return { ...nothing, failure: error.message };
    throw error;
  }
}

function sentence({ checks, failure }: Judged, obstacle: string | undefined) {
  if (failure !== undefined) return { status: 'wrong', reason: failure } as const;
  if (obstacle !== undefined) return { status: 'inconclusive', reason: obstacle } as const;
  const wrong = checks.filter(({ outcome }) => outcome === 'wrong').map(({ name }) => name);
  return { status: wrong.length > 0 ? 'wrong' : 'right', reason: wrong.join(', ') } as const;
}

/** Why nothing follows from the run: our own messages were late, or lost. */
function obstacleOf({ clock, publisher }: Play): string | undefined {
  const { droppedCount } = publisher;
  if (droppedCount > 0) return `${droppedCount} messages never reached the broker`;
  const lagMs = publisher.punctuality.quantile(PUNCTUAL_SHARE);
  if (clock !== undefined || lagMs <= LATEST_MS) return undefined;
  return `the run could not keep its schedule: messages left up to ${lagMs} ms late`;
}

async function writeVerdict({ options, outFolder }: Play, verdict: Verdict): Promise<void> {
  await writeFile(join(outFolder, 'verdict.json'), `${JSON.stringify(verdict, null, 2)}\n`);
  await writeFile(join(outFolder, 'junit.xml'), encodeJUnit([verdict]));
  if (options.report === undefined) return;
  await mkdir(dirname(options.report), { recursive: true });
  await writeFile(options.report, encodePage(verdict, options.language));
}
