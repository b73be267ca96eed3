import { Counter, Gauge, type Registry } from 'prom-client';
import { alarmStateSchema } from '../../contract/alarm.ts';
import type { Freshness } from '../../contract/device.ts';
import { rejectReasonSchema } from '../../contract/sample.ts';
import type { Collector, MessageCounts, Queries, Spool, StoreCounts } from '../../ports.ts';

/** Who knows what the metrics tell; asked at each scrape and never between. */
export interface MetricSources {
  messages: Readonly<MessageCounts>;
  store: Readonly<StoreCounts>;
  spool: Pick<Spool, 'depth'>;
  collectors: readonly Pick<Collector, 'deliveries'>[];
  queries: Pick<Queries, 'alarms' | 'rejectCounts' | 'readiness'>;
  devices(): Readonly<Record<Freshness, number>>;
  /** Pages that are connected. */
  connections(): number;
}

type Labels = Readonly<Record<string, string>>;

interface Metric {
  name: string;
  help: string;
  /** The one value, or each with its labels. */
  read(): number | readonly (readonly [Labels, number])[];
  labels?: readonly string[];
}

/** The states that say that a point was refused for good: they stand at 0 until it happens. */
const REFUSALS = { field_type_conflict: 0, points_refused: 0, points_expired: 0 };
const PRIORITIES = [1, 2, 3, 4] as const;
const ACTIVE_STATES = alarmStateSchema.options.filter((state) => state !== 'NORM');

/** Adds the counters and gauges that are read from their owners. */
export function exposeSources(registry: Registry, sources: MetricSources): void {
  for (const metric of countersOf(sources)) addCounter(registry, metric);
  for (const metric of gaugesOf(sources)) addGauge(registry, metric);
}

function countersOf({ messages, store, collectors, queries }: MetricSources): Metric[] {
  const none = Object.fromEntries(rejectReasonSchema.options.map((reason) => [reason, 0]));
  return [
    {
      name: 'svitlo_messages_total',
      help: 'Messages by what became of them; each counts once',
      labels: ['outcome'],
      read: () => labelled('outcome', messages),
    },
    {
      name: 'svitlo_messages_redelivered_total',
      help: 'Messages that their sender marked as sent before',
      read: () => sum(collectors.map((one) => one.deliveries().redelivered)),
    },
    {
      name: 'svitlo_rejects_total',
      help: 'Inputs, or single metrics of them, that were not taken; an unknown metric counts once a device',
      labels: ['reason'],
      read: () => labelled('reason', { ...none, ...queries.rejectCounts() }),
    },
    {
      name: 'svitlo_points_stored_total',
      help: 'Points that the store took',
      read: () => store.stored,
    },
    {
      name: 'svitlo_points_refused_total',
      help: 'Points that the store refused for good, by the state that tells of it',
      labels: ['state'],
      read: () => labelled('state', { ...REFUSALS, ...store.refused }),
    },
    {
      name: 'svitlo_points_damaged_total',
      help: 'Points that were lost as their batch in the spool no longer fits its checksum',
      read: () => store.damaged,
    },
    {
      name: 'svitlo_store_retries_total',
      help: 'Times that a page had to be tried again, or the store did not answer when asked',
      read: () => store.retries,
    },
  ];
}

function gaugesOf(sources: MetricSources): Metric[] {
  return [...spoolGauges(sources), ...deliveryGauges(sources), ...stateGauges(sources)];
}

function spoolGauges({ spool }: MetricSources): Metric[] {
  return [
    {
      name: 'svitlo_spool_points',
      help: 'Points that wait for the store',
      read: () => spool.depth().points,
    },
    {
      name: 'svitlo_spool_bytes',
      help: 'Size of the points that wait for the store',
      read: () => spool.depth().bytes,
    },
    {
      name: 'svitlo_spool_oldest_age_seconds',
      help: 'How long the oldest of the points that wait for the store has waited',
      // The spool notes the time of the machine, in simulation mode too.
      read: () => Math.max(0, Date.now() - (spool.depth().oldestAt ?? Date.now())) / 1000,
    },
  ];
}

function deliveryGauges({ collectors }: MetricSources): Metric[] {
  const deliveries = () => collectors.map((one) => one.deliveries());
  return [
    {
      name: 'svitlo_unacknowledged_messages',
      help: 'Messages that were received and not yet acknowledged',
      read: () => sum(deliveries().map(({ unacknowledged }) => unacknowledged)),
    },
    {
      name: 'svitlo_unacknowledged_oldest_age_seconds',
      help: 'How long the oldest of the messages has waited that are not yet acknowledged',
      read: () => Math.max(0, ...deliveries().map(({ oldestWaitMs }) => oldestWaitMs)) / 1000,
    },
  ];
}

function stateGauges({ queries, devices, connections }: MetricSources): Metric[] {
  return [
    {
      name: 'svitlo_dependency_ready',
      help: '1 where the dependency does its work, else 0',
      labels: ['dependency'],
      read: () =>
        Object.entries(queries.readiness()).map(([dependency, { isReady }]) => [
          { dependency },
          isReady ? 1 : 0,
        ]),
    },
    {
      name: 'svitlo_dependency_state',
      help: '1 for the state that the dependency is in; a ready one may need a person all the same',
      labels: ['dependency', 'state'],
      read: () =>
        Object.entries(queries.readiness()).map(([dependency, { state }]) => [
          { dependency, state },
          1,
        ]),
    },
    {
      name: 'svitlo_alarms',
      help: 'Active alarms by priority, 1 the highest, and state',
      labels: ['priority', 'state'],
      read: () => alarmCounts(queries),
    },
    {
      name: 'svitlo_devices',
      help: 'Devices by freshness',
      labels: ['freshness'],
      read: () => labelled('freshness', devices()),
    },
    { name: 'svitlo_live_connections', help: 'Live pages that are connected', read: connections },
  ];
}

/** Every pair, so that one that ends falls to 0 instead of being gone. */
function alarmCounts(queries: Pick<Queries, 'alarms'>): [Labels, number][] {
  const alarms = queries.alarms({ state: 'active' });
  return PRIORITIES.flatMap((priority) =>
    ACTIVE_STATES.map((state): [Labels, number] => [
      { priority: String(priority), state },
      alarms.filter((one) => one.priority === priority && one.state === state).length,
    ]),
  );
}

function addCounter(registry: Registry, { name, help, labels = [], read }: Metric): void {
  new Counter({
    name,
    help,
    labelNames: labels,
    registers: [registry],
    collect() {
      this.reset();
      const value = read();
      if (typeof value === 'number') this.inc(value);
      else for (const [labelled, count] of value) this.inc(labelled, count);
    },
  });
}

function addGauge(registry: Registry, { name, help, labels = [], read }: Metric): void {
  new Gauge({
    name,
    help,
    labelNames: labels,
    registers: [registry],
    collect() {
      this.reset();
      const value = read();
      if (typeof value === 'number') this.set(value);
      else for (const [labelled, level] of value) this.set(labelled, level);
    },
  });
}

function labelled(label: string, values: Readonly<Record<string, number>>): [Labels, number][] {
  return Object.entries(values).map(([name, value]) => [{ [label]: name }, value]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
