import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Judge } from '../judge/judge.ts';
import { MonitorAnswerError } from '../judge/monitor-view.ts';
import type { Check, SiteTimeline, Verdict } from '../judge/verdict.ts';
import { encodeJUnit } from '../report/junit.ts';
import { encodePage } from '../report/page.ts';
import { LATE_MS } from '../wire/punctuality.ts';
import type { Play } from './play.ts';

/** Of its messages in real time, a run must have written this share on time to prove anything. */
const PUNCTUAL_SHARE = 0.999;

interface Outcome {
  /** What the monitor failed at before the end. */
  failure: string | undefined;
  wallSeconds: number;
}

/** Judges the run and writes `verdict.json`, `junit.xml` and the page. */
export async function concludeRun(play: Play, judge: Judge, outcome: Outcome): Promise<Verdict> {
  const { scenario, options, topology, startMs, fleet, durationSeconds = 0 } = play;
  const endMs = startMs + durationSeconds * 1000;
  const failed = await conclude(judge, endMs, outcome.failure);
  const unpunctual = play.clock === undefined ? whyLate(play) : whyDropped(play);
  const isWrong = failed.reason !== '' || failed.checks.some(({ outcome }) => outcome === 'wrong');
  const wrong = failed.checks.filter(({ outcome }) => outcome === 'wrong').map(({ name }) => name);
  const verdict: Verdict = {
    scenario: scenario.name,
    about: scenario.about,
    seed: options.seed,
    mode: play.clock === undefined ? 'real time' : 'lock-step',
    startMs,
    endMs,
    wallSeconds: outcome.wallSeconds,
    devices: fleet.deviceCount,
    sites: Object.keys(topology.sites).length,
    published: judge.expectations.published,
    status: unpunctual !== undefined ? 'inconclusive' : isWrong ? 'wrong' : 'right',
    reason: unpunctual ?? (failed.reason || wrong.join(', ')),
    checks: failed.checks,
    timelines: failed.timelines,
  };
  await mkdir(play.outFolder, { recursive: true });
  await writeFile(join(play.outFolder, 'verdict.json'), `${JSON.stringify(verdict, null, 2)}\n`);
  await writeFile(join(play.outFolder, 'junit.xml'), encodeJUnit([verdict]));
  if (options.report !== undefined) {
    await mkdir(dirname(options.report), { recursive: true });
    await writeFile(options.report, encodePage(verdict, options.language));
  }
  return verdict;
}

async function conclude(
  judge: Judge,
  endMs: number,
  failure: string | undefined,
): Promise<{ checks: Check[]; timelines: SiteTimeline[]; reason: string }> {
  if (failure !== undefined) return { checks: [], timelines: [], reason: failure };
  try {
    return { ...(await judge.conclude(endMs)), reason: '' };
  } catch (error) {
    if (!(error instanceof MonitorAnswerError)) throw error;
    return { checks: [], timelines: [], reason: error.message };
  }
}

/** Why nothing follows from a run in real time: our own messages were late. */
function whyLate(play: Play): string | undefined {
  const { publisher } = play;
  const { count, lateCount, maxMs } = publisher.punctuality;
  if (publisher.droppedCount > 0) return whyDropped(play);
  if (count === 0 || lateCount <= (1 - PUNCTUAL_SHARE) * count) return undefined;
  const share = ((100 * lateCount) / count).toFixed(2);
  return `${share} % of the messages left more than ${LATE_MS} ms late, up to ${Math.round(maxMs)} ms`;
}

function whyDropped({ publisher }: Play): string | undefined {
  const { droppedCount } = publisher;
  return droppedCount === 0 ? undefined : `${droppedCount} messages never reached the broker`;
}
