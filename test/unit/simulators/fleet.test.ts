import { describe, expect, it } from 'vitest';
import { SimulatedFleet } from '../../../simulators/fleet.ts';
import { fleetOf, loadScenario, type Scenario } from '../../../simulators/scenarios/scenario.ts';
import { scenarioSchema } from '../../../simulators/scenarios/scenario-schema.ts';
import { planEffects } from '../../../simulators/scenarios/timeline.ts';
import type { FleetMessage, FleetOutput } from '../../../simulators/wire/output.ts';
import { METRICS, metricValueSchema } from '../../../src/contract/metric.ts';
import { decodeTopic, SIMULATION_ROOT } from '../../../src/contract/topic.ts';

const schemas = new Map([...METRICS].map(([key, metric]) => [key, metricValueSchema(metric)]));
const START = Date.UTC(2026, 10, 23, 18);

function scenarioWith(events: unknown[]): Scenario {
  const about = { uk: 'проба', en: 'trial' };
  return { ...scenarioSchema.parse({ about, events }), name: 'trial' };
}

function createFleet(events: unknown[] = [], seed = 1): SimulatedFleet {
  const scenario = scenarioWith(events);
  const { topology } = fleetOf(scenario);
  const effects = planEffects({ ...scenario, topology, seed, startMs: START });
  return new SimulatedFleet({ topology, seed, now: START, effects });
}

function cut(sites: string[], at: string, lasts?: string) {
  return { at, ...(lasts ? { for: lasts } : {}), on: { sites }, mains: { cause: 'local' } };
}

function messagesOf(outputs: readonly FleetOutput[]): FleetMessage[] {
  return outputs.filter((output): output is FleetMessage => 'payload' in output);
}

function decode(message: FleetMessage): Record<string, number | boolean | string> {
  return JSON.parse(message.payload.toString());
}

function of(outputs: readonly FleetOutput[], name: string): FleetMessage[] {
  return messagesOf(outputs).filter(({ topic }) => topic === `${SIMULATION_ROOT}/${name}`);
}

/** Twenty minutes with a blackout in them, in which one battery dies and comes back. */
function eventfulRun(seed: number): FleetMessage[] {
  const fleet = createFleet(
    [
      { at: '0s', on: { devices: ['reni/ups-1'] }, battery: { charge: 0.05 } },
      cut(['krakivets', 'reni', 'porubne'], '60s', '14m'),
    ],
    seed,
  );
  return messagesOf([...fleet.step(START + 20 * 60_000), ...fleet.farewell()]);
}

describe('fleet messages', () => {
  const messages = eventfulRun(1);

  it('are the same bytes for the same seed, and others for another', () => {
    expect(JSON.stringify(eventfulRun(1)) === JSON.stringify(messages)).toBe(true);
    expect(JSON.stringify(eventfulRun(2)) === JSON.stringify(messages)).toBe(false);
  });

  it('do not depend on how often the fleet is stepped', () => {
    const often = createFleet();
    const stepped: FleetOutput[] = [];
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
    const firsts = new Map(
      messagesOf(messages)
        .toReversed()
        .map((one) => [one.device, one]),
    );
    expect(firsts.size).toBe(75);
    expect(firsts.values().every(({ topic }) => topic.endsWith('/state'))).toBe(true);
    const times = of(messages, 'krakivets/ups/ups-1/telemetry').map((m) => Number(decode(m).ts));
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(times.length).toBe(12);
    for (const gap of gaps) expect(Math.abs(gap - 5000)).toBeLessThanOrEqual(250);
    const starts = new Set(
      messagesOf(messages)
        .filter((m) => !m.retain)
        .map((m) => decode(m).ts),
    );
    expect(starts.size).toBeGreaterThan(100);
  });

  it('reports a cut at once, with charge and runtime falling together afterwards', () => {
    const fleet = createFleet([cut(['krakivets'], '30s')]);
    fleet.step(START + 29_975);
    const atOnce = fleet.step(START + 30_000);
    expect(fleet.hasNews).toBe(true);
    const [told] = of(atOnce, 'krakivets/ups/ups-1/telemetry').map(decode);
    expect(told).toMatchObject({
      'ups.status': 'OB DISCHRG',
      'input.voltage': 0,
      ts: START + 30_000,
    });
    const [supply] = of(atOnce, 'krakivets/power/supply/telemetry').map(decode);
    expect(supply).toMatchObject({ 'mains.present': false, 'mains.frequency': 0 });
    expect(of(atOnce, 'shehyni/ups/ups-1/telemetry')).toEqual([]);
    const later = of(fleet.step(START + 36_000), 'krakivets/ups/ups-1/telemetry').map(decode);
    const [first = told, last] = [told, later.at(-1)];
    expect(Number(last?.['battery.charge'])).toBeLessThan(Number(first?.['battery.charge']));
    expect(Number(last?.['battery.runtime'])).toBeLessThan(Number(first?.['battery.runtime']));
  });

  it('hands the site over to its generator, and back ten minutes after the return', () => {
    const fleet = createFleet([cut(['krakivets'], '30s', '5m')]);
    const outputs = fleet.step(START + 30 * 60_000);
    const supply = of(outputs, 'krakivets/power/supply/telemetry').map(decode);
    const positions = supply.map((one) => one['ats.position']);
    expect(positions.filter((one, index) => one !== positions[index - 1])).toEqual([
      'mains',
      'off',
      'generator',
      'mains',
    ]);
    const onGenerator = supply.filter((one) => one['ats.position'] === 'generator');
    expect(onGenerator.some((one) => one['mains.present'] === false)).toBe(true);
    const spanMs = Number(onGenerator.at(-1)?.ts) - START - 330_000;
    expect(Math.round(spanMs / 60_000)).toBe(10);
    const statuses = of(outputs, 'krakivets/ups/ups-1/telemetry').map(
      (m) => decode(m)['ups.status'],
    );
    expect(statuses.at(-1)).toMatch(/^OL/);
  });

  it('reports the return at once', () => {
    const fleet = createFleet([
      { at: '0s', on: { sites: ['krakivets'] }, generator: 'not_auto' },
      cut(['krakivets'], '30s', '30s'),
    ]);
    fleet.step(START + 59_975);
    const [back] = of(fleet.step(START + 60_000), 'krakivets/ups/ups-1/telemetry').map(decode);
    expect(back).toMatchObject({ 'ups.status': 'OL CHRG' });
  });

  it('can be made smaller or larger, crossings being generated beside the real ones', () => {
    for (const count of [1, 60, 75, 300]) {
      const { topology } = fleetOf(scenarioWith([]), count);
      const fleet = new SimulatedFleet({ topology, seed: 1, now: START });
      expect(fleet.deviceCount).toBe(count);
    }
  });
});

describe('blackout scenario', () => {
  it('takes sites down after two minutes for three, again every ten', () => {
    const scenario = loadScenario('blackout');
    const { topology } = fleetOf(scenario);
    const effects = planEffects({ ...scenario, topology, seed: 1, startMs: START });
    const cuts = effects
      .filter(({ action, site }) => action.name === 'mains' && site === 'krakivets')
      .map(({ atMs, isEnd }) => `${isEnd ? 'back' : 'gone'} ${(atMs - START) / 1000}`);
    expect(cuts.slice(0, 4)).toEqual(['gone 120', 'back 300', 'gone 720', 'back 900']);
  });

  it('leaves everything alone when calm', () => {
    expect(loadScenario('calm').events).toEqual([]);
  });
});
