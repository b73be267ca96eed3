import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fleetOf, loadScenario, scenarioNames } from '../../../../simulators/scenarios/scenario.ts';
import { planEffects, ScenarioError, TICK_MS } from '../../../../simulators/scenarios/timeline.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const START = Date.UTC(2026, 0, 16, 6);

/** The bad days that a monitor must be right on, by the name of their scenario. */
const CORPUS = [
  'gpv-light',
  'gpv-heavy',
  'recharge-ratchet',
  'emergency-cut',
  'attack',
  'sag-swell',
  'frequency',
  'flapping',
  'generator-failure',
  'exhaustion',
  'comms-loss',
  'aged-battery',
  'bypass-outage',
  'wrong-clock',
  'transit',
  'calm-day',
  'flood',
  'tests-alone',
  'comms-alone',
  'clock-steps',
  'generator-carries',
  'forged-return',
  'late-words',
  'calm-night',
];

function plan(name: string, seed = 1) {
  const scenario = loadScenario(name);
  const { topology } = fleetOf(scenario);
  const { duration: durationSeconds = 3600 } = scenario;
  return {
    scenario,
    topology,
    effects: planEffects({ ...scenario, topology, seed, startMs: START, durationSeconds }),
  };
}

describe('the scenarios that come along', () => {
  it('cover every bad day, and a calm one', () => {
    expect(scenarioNames()).toEqual(expect.arrayContaining(CORPUS));
  });

  it.each(scenarioNames())(
    '%s meets its fleet, says what it is in both languages, and ends within its time',
    (name) => {
      const { scenario, effects } = plan(name);
      expect(scenario.about.uk).toMatch(/[а-яіїєґ]/i);
      expect(scenario.about.en).toMatch(/[a-z]/i);
      for (const { atMs, isEnd } of effects) {
        expect(atMs % TICK_MS).toBe(0);
        expect(atMs).toBeGreaterThanOrEqual(START);
        if (!isEnd) expect(atMs - START).toBeLessThanOrEqual((scenario.duration ?? 3600) * 1000);
      }
    },
  );

  it('plan the same for the same seed, and otherwise for another', () => {
    expect(plan('attack', 1).effects).toEqual(plan('attack', 1).effects);
    expect(plan('attack', 1).effects).not.toEqual(plan('attack', 2).effects);
  });
});

describe('planned effects', () => {
  it('of an attack drop twelve sites of four oblasts within 5 to 90 s, and bring them back in 2 to 36 h', () => {
    const { effects, topology } = plan('attack');
    const cuts = effects.filter(({ action }) => action.name === 'mains');
    const gone = cuts.filter(({ isEnd }) => !isEnd);
    expect(new Set(gone.map(({ site }) => site)).size).toBe(12);
    expect(new Set(gone.map(({ site }) => topology.sites[site]?.region)).size).toBe(4);
    for (const cut of gone) {
      const seconds = (cut.atMs - START) / 1000 - 600;
      expect(seconds).toBeGreaterThanOrEqual(5);
      expect(seconds).toBeLessThanOrEqual(90.1);
      const back = cuts.find(({ id, isEnd }) => isEnd && id === cut.id);
      const hours = ((back?.atMs ?? 0) - cut.atMs) / 3_600_000;
      expect(hours).toBeGreaterThanOrEqual(2);
      expect(hours).toBeLessThanOrEqual(36.1);
    }
  });

  it('of a timetable follow the queues, 3 meaning 3.1 and 3.2', () => {
    const { effects, topology } = plan('gpv-light');
    for (const { atMs, site, isEnd } of effects) {
      const queue = Number(topology.sites[site]?.queue?.[0]);
      const hour = ((atMs - START) / 3_600_000) % 12;
      expect(hour).toBe((2 * queue - 1 + (isEnd ? 2 : 0)) % 12);
    }
  });

  it('of a flapping grid end with mains', () => {
    const { effects } = plan('flapping');
    const krakivets = effects.filter(({ site }) => site === 'krakivets');
    expect(krakivets).toHaveLength(20);
    expect(krakivets.map(({ isEnd }) => isEnd)).toEqual(
      krakivets.map((_, index) => index % 2 === 1),
    );
  });

  it('spare what is exempt from announced cuts', () => {
    const { scenario, topology } = plan('gpv-heavy');
    for (const site of Object.values(topology.sites)) site.exempt = ['gpv'];
    const replan = () => planEffects({ ...scenario, topology, seed: 1, startMs: START });
    expect(replan).toThrow(ScenarioError);
  });
});

describe('a scenario of one’s own', () => {
  async function load(text: string) {
    await using folder = await tempFolder('scenario');
    const file = join(folder.path, 'mine.yaml');
    await writeFile(file, text);
    return loadScenario(file);
  }
  const about = 'about: {uk: проба, en: trial}\n';

  it('needs no code', async () => {
    const scenario = await load(
      `${about}events:\n  - {at: 5s, on: {sites: [reni]}, restart: true}\n`,
    );
    expect(scenario).toMatchObject({ name: 'mine', about: { en: 'trial' } });
  });

  it.each([
    ['events: 5', 'mine.yaml:2: events'],
    ['events:\n  - {at: soon, restart: true}', 'mine.yaml:3: events.0.at: expected a duration'],
    ['events:\n  - {at: 5s}', 'expected exactly one of mains, flap'],
    ['events:\n  - {at: 5s, restart: true, ups: bypass}', 'expected exactly one of'],
    ['events:\n  - {at: 5s, mains: {cause: rain}}', 'mine.yaml:3: events.0.mains.cause'],
    [
      'events:\n  - {at: 5s, for: 9s..2s, restart: true}',
      'events.0.for: expected a duration such as 5s, or 5s..90s',
    ],
    ['events:\n  - {at: 5s, clock: {offset: 1h}}', 'events.0.clock'],
    ['events:\n  - {at: 5s, on: {queues: ["7.1"]}, restart: true}', 'expected a queue such as 3.1'],
    ['evnets: []', 'evnets'],
    ['limits: {missed: -1}', 'limits.missed'],
    ['events: [', 'mine.yaml:2'],
  ])('says of %s where it is wrong and what was expected', async (text, expected) => {
    await expect(load(about + text)).rejects.toThrow(ScenarioError);
    await expect(load(about + text)).rejects.toThrow(expected);
  });

  it.each([
    ['events:\n  - {at: 5s, on: {sites: [nowhere]}, restart: true}', 'events.0.on'],
    ['events:\n  - {at: 5s, on: {devices: [krakivets/ups-1]}, scanner: fault}', 'events.0.on'],
    ['events:\n  - {at: 5s, drive: {to: nowhere}}', 'events.0.drive.to'],
  ])('is refused where it meets nobody: %s', async (text, expected) => {
    const scenario = await load(about + text);
    const { topology } = fleetOf(scenario);
    expect(() => planEffects({ ...scenario, topology, seed: 1, startMs: START })).toThrow(expected);
  });

  it('is refused for a name that is none, with those that are', () => {
    expect(() => loadScenario('storm')).toThrow(/blackout.*wrong-clock/);
    expect(() => loadScenario('../../package')).toThrow(ScenarioError);
    expect(() => fleetOf({ ...loadScenario('calm'), fleet: { sites: ['nowhere'] } })).toThrow(
      /krakivets/,
    );
  });
});
