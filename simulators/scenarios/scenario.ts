import type { BatteryStart } from '../site/site.ts';

/** Which sites are dark at a moment of the run, and how batteries stand when it begins. Pure. */
export interface Scenario {
  batteries: Readonly<Record<string, BatteryStart>>;
  /** Sites without mains `elapsedSeconds` after the run began. */
  darkSites(elapsedSeconds: number): ReadonlySet<string>;
  /** Seconds until mains next fails, or `undefined` where none is planned. */
  secondsToBlackout(elapsedSeconds: number): number | undefined;
}

export const SCENARIO_NAMES = ['calm', 'blackout'] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

export function isScenarioName(name: string): name is ScenarioName {
  return (SCENARIO_NAMES as readonly string[]).includes(name);
}

const calm: Scenario = {
  batteries: {},
  darkSites: () => new Set(),
  secondsToBlackout: () => undefined,
};

const DARK_SECONDS = 180;
const PERIOD_SECONDS = 600;

/** Sites of one distribution network, and how many seconds after the first each of them drops. */
const DROPS: readonly [site: string, afterSeconds: number][] = [
  ['krakivets', 0],
  ['shehyni', 2],
  ['rava-ruska', 5],
];

export const BLACKOUT_SITES: readonly string[] = DROPS.map(([site]) => site);

/** A few sites of one network go dark after `afterSeconds` for three minutes; again every ten. */
function blackout(afterSeconds: number): Scenario {
  const sinceDrop = (elapsed: number, delay: number): number =>
    (elapsed - afterSeconds - delay) % PERIOD_SECONDS;
  return {
    // An aged string that has not recovered from an earlier cut: it reaches low battery in this one.
    batteries: { 'krakivets/ups-2': { charge: 0.21, stateOfHealth: 0.7 } },
    darkSites: (elapsed) => {
      const dark = DROPS.filter(([, delay]) => {
        const since = sinceDrop(elapsed, delay);
        return since >= 0 && since < DARK_SECONDS;
      });
      return new Set(dark.map(([site]) => site));
    },
    secondsToBlackout: (elapsed) => {
      const since = sinceDrop(elapsed, 0);
      return since < 0 ? -since : PERIOD_SECONDS - since;
    },
  };
}

/** `blackoutAfterSeconds` counts from the start of the run; two minutes unless told. */
export function createScenario(name: ScenarioName, blackoutAfterSeconds = 120): Scenario {
  return name === 'calm' ? calm : blackout(blackoutAfterSeconds);
}
