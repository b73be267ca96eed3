import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SimulatedFleet } from '../../../simulators/fleet.ts';
import { fleetOf, loadScenario } from '../../../simulators/scenarios/scenario.ts';
import { planEffects } from '../../../simulators/scenarios/timeline.ts';
import { TruthFile } from '../../../simulators/truth/truth-file.ts';

const START = Date.UTC(2026, 0, 16, 15);
const END = START + 20 * 60_000;

/** Digests of all that the flood publishes and of its truth, stepped by `strideMs`. */
function play(seed: number, strideMs = 250) {
  const scenario = loadScenario('flood');
  const { topology } = fleetOf(scenario);
  const effects = planEffects({ ...scenario, topology, seed, startMs: START });
  const lines: string[] = [];
  const truth = new TruthFile((text) => lines.push(text));
  const fleet = new SimulatedFleet({ topology, seed, now: START, effects, witnesses: [truth] });
  const published = createHash('sha256');
  for (let now = START; now <= END; now += strideMs) {
    for (const output of fleet.step(now)) published.update(JSON.stringify(output));
  }
  truth.end();
  return { published: published.digest('hex'), truth: lines.join('') };
}

interface Line {
  at: number;
  type: string;
  site?: string;
  event?: string;
  device?: string;
  fault?: string;
  state?: string;
  ts?: number[];
}

describe('a run', () => {
  const first = play(3);
  const lines: Line[] = first.truth
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

  it('is the same to the byte for the same seed and start, however it is stepped', () => {
    expect(play(3)).toEqual(first);
    expect(play(3, 60_000)).toEqual(first);
  });

  it('is another for another seed', () => {
    const other = play(4);
    expect(other.published).not.toBe(first.published);
    expect(other.truth).not.toBe(first.truth);
  });

  it('tells each interruption’s start and end, each change of state, each fault on purpose', () => {
    const mains = lines.filter(({ type }) => type === 'mains');
    const darkSites = new Set<string>();
    for (const { site = '', event } of mains) {
      expect(darkSites.has(site)).toBe(event === 'end');
      if (event === 'start') darkSites.add(site);
      else darkSites.delete(site);
    }
    expect(mains.length).toBeGreaterThan(20);
    const states = lines.filter(({ type }) => type === 'state');
    expect(new Set(states.map(({ state }) => state))).toEqual(
      new Set([
        'mains',
        'battery',
        'low',
        'off',
        'generator',
        'standby',
        'warming_up',
        'ready',
        'scanning',
        'cooldown',
        'fault',
        'emergency_stop',
      ]),
    );
    const faults = new Set(lines.flatMap(({ fault }) => fault ?? []));
    for (const fault of ['garbage', 'duplicate', 'clock', 'half_open', 'stored']) {
      expect(faults).toContain(fault);
    }
  });

  it('tells when each device published what', () => {
    const published = lines.filter(({ type }) => type === 'published');
    const devices = new Set(published.map(({ device }) => device));
    expect(devices.size).toBe(200);
    const times = published
      .filter(({ device }) => device === 'krakivets/ups-1')
      .flatMap(({ ts = [] }) => ts);
    expect(times.length).toBeGreaterThan(200);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});
