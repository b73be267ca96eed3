import { createRandom, type Random } from '../../simulators/random.ts';
import { type ChaosPublisher, type Publication, startChaosPublisher } from './chaos-publisher.ts';
import { type JudgeOptions, judge, type Verdict } from './chaos-verdict.ts';
import { type Influxd, startInfluxd } from './influxd.ts';
import { type Monitor, type MonitorUser, startMonitor } from './monitor.ts';
import { type Mosquitto, startMosquitto } from './mosquitto.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
import { until } from './wait.ts';

/** Devices and messages a second of the whole load; the connections that they share. */
export const LOAD = { devices: 50, perSecond: 5000, connections: 5 } as const;
const DRAIN_MS = 180_000;
/** Longer than the monitor waits between two attempts at InfluxDB or the broker. */
const QUIET_MS = 45_000;
const UNCERTAIN_MS = 5000;

export interface ChainOptions {
  /** Names the scenario in what is printed. */
  name: string;
  load?: { devices: number; perSecond: number; connections: number };
  /** Further settings of the monitor. */
  settings?: Record<string, string>;
  user?: MonitorUser;
  /** The monitor's program, where it is a copy with a fault in it. */
  home?: string;
}

/** Publisher → Mosquitto → monitor → InfluxDB, each a process of its own, with wires that can be cut. */
export interface Chain {
  random: Random;
  broker: Mosquitto;
  influxd: Influxd;
  monitor: Monitor;
  publisher: ChaosPublisher;
  /** Between monitor and broker, and between monitor and InfluxDB. */
  brokerWire: TcpProxy;
  influxWire: TcpProxy;
  /**
   * Ends the load unless it has ended, waits until everything acknowledged is stored, prints what was
   * seen and answers how the points differ from what was sent.
   */
  verdict(options?: Partial<JudgeOptions>): Promise<Verdict>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The seed of this run: `CHAOS_SEED`, else a new one; printed with each scenario. */
const seed = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 1e9));

export async function startChain(options: ChainOptions): Promise<Chain> {
  const { name, load = LOAD, settings = {}, user, home } = options;
  console.log(`chaos ${name}: CHAOS_SEED=${seed}`);
  await using starting = new AsyncDisposableStack();
  const broker = starting.use(await startMosquitto());
  const influxd = starting.use(await startInfluxd());
  const brokerWire = starting.use(await startTcpProxy(broker.port));
  const influxWire = starting.use(await startTcpProxy(influxd.port));
  const wires = {
    SVITLO_MQTT_URL: `mqtt://127.0.0.1:${brokerWire.port}`,
    SVITLO_INFLUX_URL: `http://127.0.0.1:${influxWire.port}/svitlo`,
  };
  const monitor = starting.use(
    await startMonitor({ ...wires, ...settings }, '/readyz', home, user),
  );
  const { devices, perSecond, connections } = load;
  const plan = { devices, perSecond, firstTs: Date.now() };
  const publisher = starting.use(
    await startChaosPublisher({ plan, port: broker.port, connections }),
  );
  const stack = starting.move();
  return {
    random: createRandom(seed, name),
    broker,
    influxd,
    monitor,
    publisher,
    brokerWire,
    influxWire,
    verdict: async (judging = {}) => {
      const publication = judging.publication ?? (await publisher.end('settle'));
      await untilStored(influxd, publication);
      const verdict = await judge(influxd, { ...judging, publication });
      console.log(`chaos ${name}: ${summary(publication, verdict)}`);
      return verdict;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/**
 * As many points as messages were sent, or no more to come: some time without a new one when all that
 * were acknowledged are there, much time when not. What is missing then is lost.
 */
async function untilStored(influxd: Influxd, publication: Publication): Promise<void> {
  const { sent, acknowledged } = publication;
  let [points, grewAt] = [0, performance.now()];
  const count = async () => {
    const query =
      'SELECT count("ups.load") AS ups, count("scan.count") AS scanner FROM ups, scanner';
    const rows = await influxd.query('svitlo', query);
    return rows.reduce((sum, { ups, scanner }) => sum + Number(ups ?? 0) + Number(scanner ?? 0), 0);
  };
  const isEnd = async () => {
    const counted = await count();
    if (counted > points) [points, grewAt] = [counted, performance.now()];
    const quietMs = performance.now() - grewAt;
    return counted >= sent || quietMs > (counted >= acknowledged ? UNCERTAIN_MS : QUIET_MS);
  };
  await until(isEnd, { what: 'the last point', timeoutMs: DRAIN_MS, intervalMs: 500 });
}

function summary({ plan, rate, ...publication }: Publication, verdict: Verdict): string {
  const { sent, acknowledged, repeated } = publication;
  const load = `offered ${plan.perSecond}/s, sent ${rate.toFixed(0)}/s`;
  const messages = `${sent} messages, ${acknowledged} acknowledged, ${repeated} repeated`;
  const { stored, lost, wrong, extra } = verdict;
  return `${load}, ${messages}; ${stored} points: ${lost} lost, ${wrong} wrong, ${extra} extra`;
}
