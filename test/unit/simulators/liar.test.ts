import { describe, expect, it } from 'vitest';
import { SimulatedFleet } from '../../../simulators/fleet.ts';
import { fleetOf } from '../../../simulators/scenarios/scenario.ts';
import { scenarioSchema } from '../../../simulators/scenarios/scenario-schema.ts';
import { planEffects } from '../../../simulators/scenarios/timeline.ts';
import { INDIFFERENT, type Transmission } from '../../../simulators/truth/witness.ts';

const START = Date.UTC(2026, 0, 16, 9);
const MINUTE = 60_000;

/** What one device sends in a run of these events, as bodies and as what is known of them. */
function messagesOf(device: string, events: unknown[], minutes: number) {
  const about = { uk: 'проба', en: 'trial' };
  const scenario = scenarioSchema.parse({ about, fleet: { sites: ['ustyluh'] }, events });
  const { topology } = fleetOf(scenario);
  const effects = planEffects({ ...scenario, topology, seed: 1, startMs: START });
  const told: Transmission[] = [];
  const witness = { ...INDIFFERENT, transmitted: (sent: Transmission) => told.push(sent) };
  const witnesses = [witness];
  const fleet = new SimulatedFleet({ topology, seed: 1, now: START, effects, witnesses });
  const bodies = fleet.step(START + minutes * MINUTE).flatMap((output) => {
    const isOwn = output.device === device && 'payload' in output;
    return isOwn ? [JSON.parse(output.payload.toString()) as Record<string, unknown>] : [];
  });
  return { bodies, told: told.filter((one) => one.device === device) };
}

describe('a UPS that forges its return to mains', () => {
  it.each([
    ['forged_return', 0],
    ['forged_volts', 230],
  ])('%s says OL with %d V at its input while its charge falls', (ups, volts) => {
    const events = [
      { at: '1m', for: '6m', mains: { cause: 'local' } },
      { at: '2m', for: '3m', on: { devices: ['ustyluh/ups-1'] }, ups },
    ];
    const { bodies, told } = messagesOf('ustyluh/ups-1', events, 8);
    const lies = told.filter(({ isForged }) => isForged === true);
    expect(lies.length).toBeGreaterThan(30);
    // The truth that the judge goes by is another.
    expect(lies.every(({ isInputLost }) => isInputLost === true)).toBe(true);
    const forged = bodies.filter(({ ts }) => lies.some((one) => one.ts === ts));
    expect(new Set(forged.map((body) => body['ups.status']))).toEqual(new Set(['OL']));
    expect(new Set(forged.map((body) => body['input.voltage']))).toEqual(new Set([volts]));
    expect(Number(forged.at(-1)?.['battery.charge'])).toBeLessThan(
      Number(forged[0]?.['battery.charge']),
    );
    expect(bodies.at(-1)?.['ups.status']).toMatch(/^OL/);
  });
});

describe('a scanner that is switched off for the night', () => {
  it('shuts down properly, says so, is silent, and comes back in the morning', () => {
    const events = [{ at: '1m', for: '40m', scanner: 'switched_off' }];
    const { told } = messagesOf('ustyluh/scanner-1', events, 55);
    const gone = told.findIndex(({ isOnline }) => isOnline === false);
    const states = told.slice(0, gone).flatMap(({ state }) => state ?? []);
    expect([...new Set(states)].slice(-3)).toEqual(['cooldown', 'standby', 'off']);
    const silentMs = (told[gone + 1]?.at ?? 0) - (told[gone]?.at ?? 0);
    expect(silentMs).toBeGreaterThan(20 * MINUTE);
    expect(told.at(-1)?.state).not.toBe('off');
  });
});
