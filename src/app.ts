import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { createCollectors } from '../collectors/index.ts';
import { type Control, startControl } from './adapters/control/server.ts';
import { CONTROL_SOCKET } from './adapters/control/socket-path.ts';
import { identityProviderOf } from './adapters/credential/oidc.ts';
import { createPasskeys } from './adapters/credential/passkey.ts';
import { createPasswords } from './adapters/credential/password-hash.ts';
import { createTotp } from './adapters/credential/totp.ts';
import { Timetable } from './adapters/cron/timetable.ts';
import { refuseWideFolder } from './adapters/disk/folder-rights.ts';
import { createGate } from './adapters/http/gate.ts';
import { addFeedHeaders } from './adapters/http/headers.ts';
import { createHttpServer } from './adapters/http/server.ts';
import type { Feed } from './adapters/live/feed.ts';
import { createLive } from './adapters/live/server.ts';
import { PrometheusMeter } from './adapters/prometheus/meter.ts';
import { openAccountStore } from './adapters/sqlite/account-store.ts';
import { claimDataFolder } from './adapters/sqlite/data-folder.ts';
import { Journal } from './adapters/sqlite/journal.ts';
import { SqliteSpool } from './adapters/sqlite/spool.ts';
import { refuseExposure, watchTopology } from './config.ts';
import { storePlaceOf } from './contract/backup.ts';
import { DEFAULT_TIMEZONE, type Settings, type Topology } from './contract/config.ts';
import type { Readiness } from './contract/readiness.ts';
import { SIMULATION_ROOT } from './contract/topic.ts';
import { Fleet } from './domain/fleet.ts';
import { SvitloError } from './errors.ts';
import { createAccessDesk } from './pipeline/access/desk.ts';
import { isIncidentOpenIn } from './pipeline/access/open-incident.ts';
import { createServiceOf } from './pipeline/access/service.ts';
import { AlarmDesk } from './pipeline/alarm-desk.ts';
import { Drain } from './pipeline/drain.ts';
import { Ingest } from './pipeline/ingest.ts';
import { OrderKeeper } from './pipeline/order-keeper.ts';
import { SituationOutlook } from './pipeline/outlook.ts';
import { createQueries } from './pipeline/queries.ts';
import { RejectLog } from './pipeline/reject-log.ts';
import { Rollup } from './pipeline/rollup.ts';
import { SimulatedClock, Simulation } from './pipeline/simulation.ts';
import { Situation } from './pipeline/situation.ts';
import { StateLog } from './pipeline/state-log.ts';
import { SystemClock } from './pipeline/system-clock.ts';
import { Tick } from './pipeline/tick.ts';
import { createTrends } from './pipeline/trends.ts';
import type { Clock, LiveFeed, SeriesStore } from './ports.ts';

/** A stop waits so long for the store: what it has not taken stays in the spool (ms). */
const STORE_STOP_MS = 2000;

/** How often the files' states are looked at for the log (ms). */
const LOOK_MS = 1000;

interface AppOptions {
  settings: Settings;
  topology: Topology;
  /** Watched for changes of the topology. */
  configFile?: string;
  log: Logger;
  clock?: Clock;
}

export interface App {
  /**
   * Listens; resolves with the addresses that clients use. `setupUrl` is a secret: whoever opens it first makes the
   * first administrator; only while there are no accounts, and never for simulated devices.
   */
  start(): Promise<{ httpUrl: string; brokerUrl?: string; setupUrl?: string }>;
  /** Resolves when the threads of the journal and the spool have answered. */
  pulse(): Promise<void>;
  /** Takes no more input, finishes what is under way, closes the files. */
  stop(): Promise<void>;
}

interface Store extends SeriesStore {
  /** Where its files can be copied while it stands still. */
  standStill?(): Promise<() => void>;
}

/** Loads only the store that is used: DuckDB's library alone takes some 40 MB. */
async function openStore(settings: Settings, log: Logger): Promise<Store> {
  if (settings.influxUrl !== undefined) {
    const { InfluxStore } = await import('./adapters/influx/store.ts');
    return new InfluxStore({ url: settings.influxUrl, log });
  }
  const { DuckdbStore } = await import('./adapters/duckdb/store.ts');
  const folder = join(settings.dataDir, 'series');
  return new DuckdbStore({ folder, memoryLimit: settings.duckdbMemory, log });
}

/** Wires the monitor together; the only place that does. Nothing acts before `start`. */
export async function createApp(options: AppOptions): Promise<App> {
  const { settings, topology, log } = options;
  const simulatedClock = settings.simClock ? new SimulatedClock() : undefined;
  const clock = simulatedClock ?? options.clock ?? new SystemClock();
  refuseWideFolder(settings.dataDir);
  const dataFolder = claimDataFolder(settings.dataDir);
  const meter = new PrometheusMeter(clock);
  const fleet = new Fleet(topology);
  const rejects = new RejectLog();
  const journal = new Journal(join(settings.dataDir, 'journal.db'), meter);
  const spool = new SqliteSpool(join(settings.dataDir, 'spool.db'), {
    limits: {
      maxBytes: settings.spoolMaxBytes,
      minFreeBytes: settings.spoolMinFreeBytes,
      maxAgeMs: settings.spoolMaxAge * 1000,
    },
    onSetAside: (aside) =>
      log.error({ aside }, 'spool: damaged, set aside, begun anew with what could be read of it'),
    meter,
  });
  const series = await openStore(settings, log);
  const live = lateFeed();
  const situation = new Situation({ fleet, topology });
  const desk = new AlarmDesk({ store: journal, live, clock, log, situation });
  const orders = new OrderKeeper({ fleet, store: journal.orders, journal, clock, log });
  const onHeld = () => tick.expectRelease();
  const ingest = new Ingest({ fleet, desk, spool, live, rejects, orders, onHeld });
  const tick = new Tick({ fleet, desk, ingest, live, clock });
  const drain = new Drain({ spool, store: series, log, meter });
  const rollup = new Rollup({
    minutes: spool,
    store: series,
    clock,
    log,
    retention: topology.retention,
  });
  const trends = createTrends({ store: series, clock, retention: () => rollup.retention() });
  const timetable = new Timetable(
    [
      { name: 'rollup', at: '6 * * * * *', work: () => rollup.run() },
      { name: 'retention', at: '0 17 2 * * *', work: () => rollup.expireNext() },
      {
        name: 'schedule',
        at: '0 0 18 * * *',
        work: async () => remindOfPlan(situation, clock, log),
      },
    ],
    topology.timezone ?? DEFAULT_TIMEZONE,
    log,
  );
  const simulation =
    simulatedClock &&
    new Simulation({
      clock: simulatedClock,
      ingest,
      desk,
      everySecond: (now) => {
        tick.step(now);
        live.target?.flush(now);
      },
    });
  const collectors = await createCollectors(settings, {
    ingest: simulation ?? ingest,
    clock,
    log,
    meter,
    ...(simulation === undefined ? {} : { clockControl: simulation }),
  });
  const readiness = (): Record<string, Readiness> => ({
    journal: journal.readiness(),
    spool: spool.readiness(),
    store: drain.readiness(),
    ...Object.fromEntries(collectors.map((one) => [one.name, one.readiness()])),
  });
  const queries = createQueries({
    fleet,
    desk: situation,
    store: journal,
    situation: new SituationOutlook(situation, clock),
    rejects,
    spool,
    clock,
    readiness,
  });
  const gate = createGate(settings);
  const isDemo = settings.topicRoot === SIMULATION_ROOT;
  const identityProvider = identityProviderOf(settings, Date.now);
  const access = createAccessDesk({
    store: openAccountStore(join(settings.dataDir, 'accounts.db')),
    passwords: createPasswords(),
    totp: createTotp(),
    policy: () => situation.topology.access,
    // Sessions go by the time of people, also where that of devices is simulated.
    clock: options.clock ?? (simulatedClock === undefined ? clock : new SystemClock()),
    log,
    hasOpenIncident: (scope) => isIncidentOpenIn(scope, queries.incidents(), situation.topology),
    audit: (events) => journal.commit({ access: events }),
    hadAccounts: () => journal.hadAccounts(),
    publicUrl: settings.publicUrl,
    isDemo,
    passkeys: createPasskeys({ now: Date.now }),
    ...(identityProvider === undefined ? {} : { identityProvider }),
    serviceOf: createServiceOf({ queries, commands: desk, clock }),
  });
  const http = createHttpServer({
    settings,
    log,
    access,
    queries,
    trends,
    exposition: meter,
    webRoot: resolve(import.meta.dirname, '../dashboards/web/dist'),
  });
  const feed = createLive({
    http: http.server,
    queries,
    clock,
    log,
    access: access.access,
    credentialOf: gate.handshakeCredentialOf,
    serviceOf: access.serviceOf,
    isDriven: simulation !== undefined,
  });
  addFeedHeaders(http.server, (request) => gate.clientOf(request).isSecure);
  live.target = feed.feed;
  meter.expose({
    messages: ingest.counts,
    store: drain.counts,
    spool,
    collectors,
    queries,
    devices: () => fleet.freshnessCounts(),
    connections: feed.connections,
  });
  const applyTopology = (next: Topology) => {
    const isEmptied = Object.keys(next.sites).length === 0;
    if (isEmptied && Object.keys(situation.topology.sites).length > 0) {
      throw new SvitloError('SVT_CONFIG_INVALID', 'expected sites: there were some before');
    }
    fleet.configure(next);
    situation.configure(next, clock.now());
    desk.flush();
    rollup.configure(next.retention);
    timetable.configure(next.timezone ?? DEFAULT_TIMEZONE);
    feed.feed.topologyChanged();
    log.info({ sites: Object.keys(next.sites).length }, 'configuration: new topology');
  };
  const states = new StateLog(log);
  let looking: NodeJS.Timeout | undefined;
  let stopWatching: (() => void) | undefined;
  let control: Control | undefined;

  return {
    pulse: async () => {
      await Promise.all([journal.ping(), spool.ping()]);
    },
    start: async () => {
      await desk.start();
      await access.start();
      await orders.start(topology);
      // Alarms and the page do not wait for the store.
      const storing = series.start().then(() => {
        drain.start();
        if (simulation === undefined) timetable.start();
      });
      storing.catch(() => {});
      looking = setInterval(() => {
        states.look({ spool: spool.readiness(), journal: journal.readiness() });
      }, LOOK_MS);
      if (simulation === undefined) tick.start();
      else log.warn('simulation: a simulator drives the clock');
      refuseExposure(settings, access.access.mode());
      await listen(http, settings);
      for (const collector of collectors) await collector.start();
      control = await startControl({
        path: resolve(settings.dataDir, CONTROL_SOCKET),
        store: storePlaceOf(settings.influxUrl),
        ...(series.standStill && { standStill: series.standStill.bind(series) }),
        log,
      });
      await storing;
      if (options.configFile !== undefined) {
        stopWatching = watchTopology(options.configFile, topology, applyTopology, (message) =>
          log.error({ reason: message }, 'configuration: change refused, the running one goes on'),
        );
      }
      const brokerUrl = collectors.find((one) => one.url !== undefined)?.url;
      const httpUrl = urlOf(http.server.address(), settings);
      const setup = isDemo ? undefined : access.setupLink();
      return {
        httpUrl,
        ...(brokerUrl ? { brokerUrl } : {}),
        ...(setup ? { setupUrl: `${httpUrl}${setup}` } : {}),
      };
    },
    stop: async () => {
      stopWatching?.();
      await control?.close();
      clearInterval(looking);
      tick.stop();
      timetable.stop();
      const storeLeft = withinLimit(Promise.all([drain.stop(), rollup.stop()]));
      await Promise.all(collectors.map((one) => one.stop()));
      desk.stop();
      await orders.stop();
      await feed.close();
      await http.close();
      await withinLimit(access.stop());
      await journal.stop();
      await storeLeft;
      await spool.stop();
      await withinLimit(series.stop());
      dataFolder.release();
    },
  };
}

/** Whoever uses announced cuts is reminded while there is time to enter those of tomorrow. */
function remindOfPlan({ schedules, places }: Situation, clock: Clock, log: Logger): void {
  const now = clock.now();
  if (schedules.book.age(now) === 'none') return;
  const { missing } = schedules.view(
    places.all().map(({ schedule }) => schedule),
    now,
  );
  if (missing.length > 0) log.warn({ missing }, 'schedule: no plan of announced cuts for tomorrow');
}

/** Resolves when the work is done, or is not waited for any longer. */
async function withinLimit(work: Promise<unknown>): Promise<void> {
  const limit = new Promise((resolve) => setTimeout(resolve, STORE_STOP_MS).unref());
  await Promise.race([work, limit]);
}

async function listen(http: FastifyInstance, { httpHost: host, httpPort: port }: Settings) {
  try {
    await http.listen({ host, port });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `SVITLO_HTTP_PORT: expected a port that is free: ${reason}`;
    throw new SvitloError('SVT_START_FAILED', message, { cause: error, retryable: true });
  }
}

/** The feed needs the queries, which need the desk, which needs the feed: this stands in between. */
function lateFeed(): LiveFeed & { target?: Feed } {
  const late: LiveFeed & { target?: Feed } = {
    deviceChanged: (site, device) => late.target?.deviceChanged(site, device),
    powerChanged: (site, device) => late.target?.powerChanged(site, device),
    alarmsChanged: (alarms) => late.target?.alarmsChanged(alarms),
    incidentsChanged: (incidents) => late.target?.incidentsChanged(incidents),
  };
  return late;
}

function urlOf(address: AddressInfo | string | null, settings: Settings): string {
  const port = typeof address === 'object' && address !== null ? address.port : settings.httpPort;
  const scheme = settings.tlsCert === undefined ? 'http' : 'https';
  const host = settings.httpHost.includes(':') ? `[${settings.httpHost}]` : settings.httpHost;
  return `${scheme}://${host}:${port}`;
}
