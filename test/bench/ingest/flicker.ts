import { connectAsync } from 'mqtt';
import { upsPayload } from '../../support/telemetry.ts';

const UPS_COUNT = 120;
/** As many as there are UPSs: each second one of them loses its power and one regains it. */
const PERIOD_SECONDS = 120;
const ON_BATTERY_SECONDS = 30;
/** Not JSON, no object, no time: each is a reject. */
const UNUSABLE = ['{"ts":', '[1]', '{"ts":"yesterday"}'];

export interface Flicker {
  /** Resolves with how many points it has published. */
  stop(): Promise<number>;
}

/**
 * Some UPSs that lose and regain their power all the time, each with its own phase, and a device
 * that publishes nonsense: what grows with every alarm or reject shows in the heap.
 */
export async function startFlicker(url: string): Promise<Flicker> {
  const client = await connectAsync(url, { protocolVersion: 5 });
  let second = 0;
  let points = 0;
  const tick = () => {
    const now = Date.now();
    for (let ups = 0; ups < UPS_COUNT; ups += 1) {
      const isOnBattery = (second + ups) % PERIOD_SECONDS < ON_BATTERY_SECONDS;
      const payload = upsPayload(now, isOnBattery ? 'OB DISCHRG' : 'OL CHRG', second);
      client.publish(`svitlo/v1/flicker-${ups}/ups/ups-1/telemetry`, payload, { qos: 1 });
      points += 1;
    }
    for (const payload of UNUSABLE)
      client.publish('svitlo/v1/nonsense/ups/ups-1/telemetry', payload, { qos: 1 });
    second += 1;
  };
  const timer = setInterval(tick, 1000);
  return {
    stop: async () => {
      clearInterval(timer);
      await client.endAsync();
      return points;
    },
  };
}
