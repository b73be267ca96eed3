import type { IncidentCommand } from '../../src/contract/command.ts';
import type { Topology } from '../../src/contract/config.ts';
import type { Incident } from '../../src/contract/incident.ts';
import type { Kind } from '../../src/contract/kind.ts';
import type { MetricValue } from '../../src/contract/metric.ts';
import { createPipeline } from './pipeline.ts';
import { sampleOf, topology } from './sample.ts';

const INTERVAL_SECONDS = 5;

type Metrics = Record<string, MetricValue>;

/** A monitor and devices that repeat what they said last every five seconds, while time passes. */
export class Station {
  pipeline: ReturnType<typeof createPipeline>;
  #config: Topology;
  readonly #talking = new Map<string, { kind: Kind; metrics: Metrics }>();
  #commands = 0;

  constructor(config: Topology = topology()) {
    this.#config = config;
    this.pipeline = createPipeline(config);
  }

  get now(): number {
    return this.pipeline.clock.ms;
  }

  /** `path` is `site/device`; a millisecond after whatever was said before. */
  async say(path: string, metrics: Metrics, kind: Kind = 'ups'): Promise<void> {
    this.#talking.set(path, { kind, metrics });
    this.pipeline.clock.ms += 1;
    await this.#send(path);
  }

  hush(path: string): void {
    this.#talking.delete(path);
  }

  async pass(seconds: number): Promise<void> {
    for (let second = 1; second <= seconds; second += 1) {
      this.pipeline.clock.ms += 1000;
      if (second % INTERVAL_SECONDS === 0) {
        for (const path of this.#talking.keys()) await this.#send(path);
      }
      this.pipeline.tick.step(this.now);
    }
    await this.pipeline.desk.settled();
  }

  /** The process ends without a word, and the next one begins on the same disk after `seconds`. */
  async restart(seconds = 0, config = this.#config): Promise<void> {
    const { store, orderStore } = this.pipeline;
    const ms = this.now + 1000 * seconds;
    this.#config = config;
    this.pipeline = createPipeline(config, { store, orderStore });
    this.pipeline.clock.ms = ms;
    await this.pipeline.desk.start();
  }

  alarm(id: string) {
    return this.pipeline.situation.alarm(id);
  }

  /** The alarms that are not normal, as `site.device.CODE STATE`. */
  alarms(): string[] {
    return this.pipeline.situation
      .alarms()
      .filter(({ state }) => state !== 'NORM')
      .map(({ id, state }) => `${id} ${state}`)
      .sort();
  }

  /** The incident that stands above what `site` has. */
  top(site = 'krakivets'): Incident {
    const found = this.openOf(site).find(({ parentId }) => parentId === undefined);
    if (found === undefined) throw new Error(`${site} has no open incident`);
    return found;
  }

  openOf(site: string): Incident[] {
    return this.pipeline.outlook.incidents().filter(({ sites }) => sites.includes(site));
  }

  take(incident: Incident, changes: { name?: string; revision?: number } = {}) {
    const { name = 'Olena', revision = incident.revision } = changes;
    return this.act(
      { type: 'take', incidentId: incident.id, commandId: this.#next(), revision },
      name,
    );
  }

  note(incident: Incident, changes: Partial<Extract<IncidentCommand, { type: 'note' }>> = {}) {
    const named = { incidentId: incident.id, commandId: this.#next(), text: 'as seen' };
    return this.act({ type: 'note', ...named, ...changes });
  }

  act(command: IncidentCommand, name = 'Olena') {
    return this.pipeline.desk.actOnIncident(command, { name, isVerified: false });
  }

  #next(): string {
    this.#commands += 1;
    return `c-${this.#commands}`;
  }

  async #send(path: string): Promise<void> {
    const { kind = 'ups' as const, metrics = {} } = this.#talking.get(path) ?? {};
    const [site = '', device = ''] = path.split('/');
    const sample = sampleOf({ site, device, kind, metrics, ts: this.now });
    await this.pipeline.ingest.accept({ sample, rejects: [] });
  }
}
