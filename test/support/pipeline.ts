import type { Topology } from '../../src/contract/config.ts';
import { rulesWith } from '../../src/domain/alarm/rule.ts';
import type { DeviceState } from '../../src/domain/device-state.ts';
import { Fleet } from '../../src/domain/fleet.ts';
import { AlarmDesk } from '../../src/pipeline/alarm-desk.ts';
import { Ingest } from '../../src/pipeline/ingest.ts';
import { RejectLog } from '../../src/pipeline/reject-log.ts';
import { Tick } from '../../src/pipeline/tick.ts';
import { FakeAlarmStore, FakeClock, FakeLiveFeed, FakeSpool, recordingLog } from './fake-ports.ts';
import { START, topology } from './sample.ts';

/** The pipeline as the app wires it, on ports in memory and a clock that the test moves. */
export function createPipeline(config: Topology = topology()) {
  const clock = new FakeClock(START);
  const fleet = new Fleet(config);
  const store = new FakeAlarmStore();
  const spool = new FakeSpool();
  const live = new FakeLiveFeed();
  const rejects = new RejectLog();
  const { log, messages } = recordingLog();
  const desk = new AlarmDesk({ store, live, clock, log, rules: rulesWith(60_000) });
  const ingest = new Ingest({ fleet, desk, spool, live, rejects });
  const tick = new Tick({ fleet, desk, ingest, live, clock });
  return { clock, fleet, store, spool, live, rejects, messages, desk, ingest, tick };
}

/** What the fleet knows of a device; it must have been heard. */
export function knownDevice(fleet: Fleet, site = 'krakivets', device = 'ups-1'): DeviceState {
  const state = fleet.state(site, device);
  if (state === undefined) throw new Error(`${site}/${device} is unknown`);
  return state;
}
