import { describe, expect, it } from 'vitest';
import { type FleetMessage, SimulatedFleet } from '../../../simulators/fleet.ts';
import { createScenario } from '../../../simulators/scenarios/scenario.ts';
import { demoTopology, resizeTopology } from '../../../simulators/site/topology.ts';
import { METRICS, metricValueSchema } from '../../../src/contract/metric.ts';
import { decodeTopic, SIMULATION_ROOT } from '../../../src/contract/topic.ts';

const schemas = new Map([...METRICS].map(([key, metric]) => [key, metricValueSchema(metric)]));
const START = Date.UTC(2026, 10, 23, 18);

interface Fleet {
  seed?: number;
  batteries?: Record<string, { charge?: number; stateOfHealth?: number }>;
}

function createFleet({ seed = 1, batteries = {} }: Fleet = {}): SimulatedFleet {
  return new SimulatedFleet({ topology: demoTopology(), seed, now: START, batteries });
}

function decode(message: FleetMessage): Record<string, number | boolean | string> {
  return JSON.parse(message.payload);
}

function of(messages: readonly FleetMessage[], name: string): FleetMessage[] {
  return messages.filter((message) => message.topic === `${SIMULATION_ROOT}/${name}`);
}

/** Twenty minutes with a blackout in them, in which one battery dies and comes back. */
function eventfulRun(seed: number): FleetMessage[] {
  const fleet = createFleet({ seed, batteries: { 'reni/ups-1': { charge: 0.05 } } });
  const messages = fleet.step(START + 60_000);
  fleet.cutPower(['krakivets', 'reni', 'porubne']);
  messages.push(...fleet.step(START + 15 * 60_000));
  fleet.restorePower(['krakivets', 'reni', 'porubne']);
  messages.push(...fleet.step(START + 20 * 60_000), ...fleet.farewell());
  return messages;
}

describe('fleet messages', () => {
  const messages = eventfulRun(1);

  it('are the same bytes for the same seed, and others for another', () => {
    expect(JSON.stringify(eventfulRun(1)) === JSON.stringify(messages)).toBe(true);
    expect(JSON.stringify(eventfulRun(2)) === JSON.stringify(messages)).toBe(false);
  });

  it('do not depend on how often the fleet is stepped', () => {
    const often = createFleet();
    const stepped: FleetMessage[] = [];
    for (let now = START; now <= START + 20_000; now += 90) stepped.push(...often.step(now));
    stepped.push(...often.step(START + 20_000));
    expect(stepped).toEqual(createFleet().step(START + 20_000));
  });

  it('carry only catalogued metrics of their kind, inside the valid ranges', () => {
    const wrong = new Set<string>();
    for (const message of messages) {
      const kind = decodeTopic(SIMULATION_ROOT, message.topic)?.kind;
      for (const [key, value] of Object.entries(decode(message))) {
        if (key === 'ts' || key === 'seq') continue;
        const isKnown = kind && METRICS.get(key)?.kinds.includes(kind);
        if (!isKnown || !schemas.get(key)?.safeParse(value).success) {
          wrong.add(`${message.topic} ${key}=${value}`);
        }
      }
    }
    expect([...wrong]).toEqual([]);
  });

  it('count up by one per device and never go back in time', () => {
    const last = new Map<string, { seq: number; ts: number }>();
    const wrong: FleetMessage[] = [];
    for (const message of messages) {
      if (!message.topic.endsWith('/telemetry')) continue;
      const { seq, ts } = decode(message) as { seq: number; ts: number };
      const before = last.get(message.topic);
      if (seq !== (before ? before.seq + 1 : 0) || ts <= (before?.ts ?? START)) wrong.push(message);
      last.set(message.topic, { seq, ts });
    }
    expect(wrong).toEqual([]);
    expect(last.size).toBe(75);
  });

  it('are retained on the state channel only', () => {
    const isConsistent = messages.every(
      (message) => message.qos === 1 && message.retain === message.topic.endsWith('/state'),
    );
    expect(isConsistent).toBe(true);
  });

  it('silence a UPS whose battery died, and the scanner on it, until the mains is back', () => {
    const presence = of(messages, 'reni/ups/ups-1/state').map((message) => decode(message).online);
    expect(presence).toEqual([true, false, true, false]);
    const scanner = of(messages, 'reni/scanner/mobile-1/state').map(
      (message) => decode(message).online,
    );
    expect(scanner).toEqual([true, false, true, false]);
    const statuses = of(messages, 'reni/ups/ups-1/telemetry').map((m) => decode(m)['ups.status']);
    expect([...new Set(statuses)]).toEqual(['OL CHRG', 'OB LB DISCHRG', 'OB LB OFF']);
  });
});

describe('fleet', () => {
  it('announces every device first, then reports each at its interval with spread phases', () => {
    const messages = createFleet().step(START + 60_000);
    const firsts = messages.slice(0, 75);
    expect(firsts.filter(({ topic }) => topic.endsWith('/state')).length).toBeGreaterThan(60);
    const times = of(messages, 'krakivets/ups/ups-1/telemetry').map((m) => Number(decode(m).ts));
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(times.length).toBe(12);
    for (const gap of gaps) expect(Math.abs(gap - 5000)).toBeLessThanOrEqual(250);
    const starts = new Set(messages.filter((m) => !m.retain).map((m) => decode(m).ts));
    expect(starts.size).toBeGreaterThan(100);
  });

  it('reports a cut at once, with charge and runtime falling together afterwards', () => {
    const fleet = createFleet();
    fleet.step(START + 30_000);
    fleet.cutPower(['krakivets']);
    const atOnce = fleet.step(START + 30_250);
    const [cut] = of(atOnce, 'krakivets/ups/ups-1/telemetry').map(decode);
    expect(cut).toMatchObject({ 'ups.status': 'OB DISCHRG', 'input.voltage': 0 });
    const [supply] = of(atOnce, 'krakivets/power/supply/telemetry').map(decode);
    expect(supply).toMatchObject({ 'mains.present': false, 'mains.frequency': 0 });
    expect(of(atOnce, 'shehyni/ups/ups-1/telemetry').map(decode)).not.toContainEqual(
      expect.objectContaining({ 'ups.status': 'OB DISCHRG' }),
    );
    const later = of(fleet.step(START + 55_000), 'krakivets/ups/ups-1/telemetry').map(decode);
    expect(later.length).toBeGreaterThan(3);
    let before = { charge: 101, runtime: Number.POSITIVE_INFINITY };
    for (const metrics of later) {
      const now = {
        charge: Number(metrics['battery.charge']),
        runtime: Number(metrics['battery.runtime']),
      };
      expect(now.charge).toBeLessThan(before.charge);
      expect(now.runtime).toBeLessThan(before.runtime);
      before = now;
    }
  });

  it('reports the return at once', () => {
    const fleet = createFleet();
    fleet.cutPower(['krakivets']);
    fleet.step(START + 60_000);
    fleet.restorePower(['krakivets']);
    const [back] = of(fleet.step(START + 60_250), 'krakivets/ups/ups-1/telemetry').map(decode);
    expect(back).toMatchObject({ 'ups.status': 'OL CHRG' });
  });

  it('can be made smaller or larger, UPSs before the scanners that hang on them', () => {
    for (const count of [1, 60, 75, 300]) {
      const topology = resizeTopology(demoTopology(), count);
      const fleet = new SimulatedFleet({ topology, seed: 1, now: START });
      expect(fleet.deviceCount).toBe(count);
    }
  });
});

describe('blackout scenario', () => {
  it('takes sites down after two minutes for three, again every ten', () => {
    const { darkSites, secondsToBlackout } = createScenario('blackout');
    const dark = (seconds: number) => [...darkSites(seconds)];
    expect(dark(119)).toEqual([]);
    expect(dark(120)).toEqual(['krakivets']);
    expect(dark(126)).toEqual(['krakivets', 'shehyni', 'rava-ruska']);
    expect(dark(302)).toEqual(['rava-ruska']);
    expect(dark(306)).toEqual([]);
    expect(dark(730)).toHaveLength(3);
    expect(secondsToBlackout(100)).toBe(20);
    expect(secondsToBlackout(400)).toBe(320);
  });

  it('leaves everything alone when calm', () => {
    const { darkSites, secondsToBlackout } = createScenario('calm');
    expect([...darkSites(125)]).toEqual([]);
    expect(secondsToBlackout(0)).toBeUndefined();
  });
});
