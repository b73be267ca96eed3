import type { Topology } from '../../src/contract/config.ts';
import type { DeviceState } from '../../src/domain/device-state.ts';
import { Fleet } from '../../src/domain/fleet.ts';
import { AlarmDesk } from '../../src/pipeline/alarm-desk.ts';
import { Ingest } from '../../src/pipeline/ingest.ts';
import { OrderKeeper } from '../../src/pipeline/order-keeper.ts';
import { SituationOutlook } from '../../src/pipeline/outlook.ts';
import { RejectLog } from '../../src/pipeline/reject-log.ts';
import { Situation } from '../../src/pipeline/situation.ts';
import { Tick } from '../../src/pipeline/tick.ts';
import {
  FakeAlarmStore,
  FakeClock,
  FakeLiveFeed,
  FakeOrderStore,
  FakeSpool,
  recordingLog,
} from './fake-ports.ts';
import { START, topology } from './sample.ts';

/** What outlives a process: give it to the next pipeline, and that is a restart. */
export interface Disks {
  store: FakeAlarmStore;
  orderStore: FakeOrderStore;
}

/** The pipeline as the app wires it, on ports in memory and a clock that the test moves. */
export function createPipeline(config: Topology = topology(), disks: Partial<Disks> = {}) {
  const clock = new FakeClock(START);
  const fleet = new Fleet(config);
  const { store = new FakeAlarmStore(), orderStore = new FakeOrderStore() } = disks;
  const spool = new FakeSpool();
  const live = new FakeLiveFeed();
  const rejects = new RejectLog();
  const { log, messages } = recordingLog();
  const situation = new Situation({ fleet, topology: config });
  const desk = new AlarmDesk({ store, live, clock, log, situation });
  const orders = new OrderKeeper({ fleet, store: orderStore, journal: store, clock, log });
  const onHeld = () => tick.expectRelease();
  const ingest = new Ingest({ fleet, desk, spool, live, rejects, orders, onHeld });
  const tick = new Tick({ fleet, desk, ingest, live, clock });
  const ports = { clock, store, orderStore, spool, live, rejects, messages };
  const outlook = new SituationOutlook(situation, clock);
  return { ...ports, fleet, situation, outlook, desk, orders, ingest, tick };
}

/** What the fleet knows of a device; it must have been heard. */
export function knownDevice(fleet: Fleet, site = 'krakivets', device = 'ups-1'): DeviceState {
  const state = fleet.state(site, device);
  if (state === undefined) throw new Error(`${site}/${device} is unknown`);
  return state;
}
