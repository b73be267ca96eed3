import type { Limits } from '../scenarios/scenario-schema.ts';
import type { AlarmStretch } from './alarm-stretches.ts';
import { clockOf, counted } from './case-list.ts';
import type { Expectations, Interruption } from './expectations.ts';
import type { KnownDevice } from './known-device.ts';
import type { Check } from './verdict.ts';

/** A UPS tells of a cut at once; told later than this, something held its word back. */
const PROMPT_MS = 1000;
/** An alarm that comes later than this after the evidence has missed it. */
const FOUND_WITHIN_MS = 60_000;
/** How far the monitor's and our own time may differ in the order of two things. */
const SLACK_MS = 1500;

export interface AlarmEvidence {
  expectations: Expectations;
  stretches: readonly AlarmStretch[];
  limits: Limits;
}

interface Finding {
  interruption: Interruption;
  /** When the first word of it reached the monitor; `undefined` where none did. */
  heardAt: number | undefined;
  delayMs: number | undefined;
}

/** Interruptions found, missed and false, and how long the alarm took. */
export function judgeInterruptions(evidence: AlarmEvidence): Check[] {
  const { expectations, limits } = evidence;
  const findings = expectations.interruptions.map((one) => find(one, evidence));
  const heard = findings.filter(({ heardAt }) => heardAt !== undefined);
  const missed = heard.filter(({ delayMs }) => delayMs === undefined);
  const delays = heard.flatMap(({ delayMs }) => delayMs ?? []).sort((a, b) => a - b);
  return [
    counted({
      name: 'interruptions.missed',
      cases: missed.map(({ interruption }) => describe(interruption)),
      limit: limits.missed,
      of: heard.length,
    }),
    counted({
      name: 'interruptions.false',
      cases: falseAlarms(evidence),
      limit: limits.false,
      of: evidence.stretches.length,
    }),
    ...(['p50', 'p99', 'max'] as const).map((name) => delayCheck(name, delays, limits)),
  ];
}

function find(interruption: Interruption, { expectations, stretches }: AlarmEvidence): Finding {
  const { site, startMs } = interruption;
  const word = firstWord(interruption, expectations.devicesOf(site, 'ups'));
  if (word === undefined) return { interruption, heardAt: undefined, delayMs: undefined };
  const { heardAt, receivedAt } = word;
  const alarm = stretches
    .filter((one) => one.site === site)
    .filter(({ from, to }) => from <= heardAt + FOUND_WITHIN_MS && (to ?? heardAt) >= heardAt)
    .sort((a, b) => a.from - b.from)[0];
  const since = receivedAt - startMs <= PROMPT_MS ? startMs : heardAt;
  const delayMs = alarm && Math.max(0, alarm.from - since);
  return { interruption, heardAt, delayMs };
}

/** When the monitor first heard of a lost input while mains was away. */
function firstWord({ startMs, endMs }: Interruption, units: readonly KnownDevice[]) {
  const words = units.flatMap(({ losses }) =>
    losses
      .filter(({ toldAt, to }) => toldAt <= (endMs ?? toldAt) && (to ?? startMs) >= startMs)
      .map(({ from, receivedAt }) => ({ heardAt: Math.max(from, startMs), receivedAt })),
  );
  return words.sort((a, b) => a.heardAt - b.heardAt)[0];
}

/** Alarms of a UPS that had not said that its input was gone. */
function falseAlarms({ expectations, stretches }: AlarmEvidence): string[] {
  return stretches
    .filter(({ site, device, from }) => {
      const losses = expectations.devices.get(`${site}/${device}`)?.losses ?? [];
      const isTrue = losses.some(
        (loss) => from >= loss.from - SLACK_MS && from <= (loss.to ?? from) + 2 * SLACK_MS,
      );
      return !isTrue;
    })
    .map(({ id, from }) => `${id} at ${clockOf(from)}: its input was there`);
}

function delayCheck(name: 'p50' | 'p99' | 'max', delays: readonly number[], limits: Limits): Check {
  const share = { p50: 0.5, p99: 0.99, max: 1 }[name];
  const limit = limits.alarmDelay[name];
  const at = Math.max(0, Math.ceil(share * delays.length) - 1);
  const measured = (delays[at] ?? 0) / 1000;
  return {
    name: `alarm.delay.${name}`,
    outcome: limit === undefined || measured <= limit ? 'right' : 'wrong',
    measured,
    ...(limit === undefined ? {} : { limit }),
    unit: 's',
    of: delays.length,
    examples: [],
  };
}

function describe({ site, startMs, endMs, cause }: Interruption): string {
  const end = endMs === undefined ? 'the end' : clockOf(endMs);
  return `${site} was without mains from ${clockOf(startMs)} to ${end} (${cause}): no alarm`;
}
