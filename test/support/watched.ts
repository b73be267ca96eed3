import type { DeviceConfig } from '../../src/contract/config.ts';
import { type PowerPolicy, topologySchema } from '../../src/contract/config.ts';
import type { Kind } from '../../src/contract/kind.ts';
import type { MetricValue } from '../../src/contract/metric.ts';
import type { Condition, Rule, Subject } from '../../src/domain/alarm/rule-shape.ts';
import type { Place } from '../../src/domain/distance.ts';
import {
  type DeviceWatch,
  followDevice,
  newDeviceWatch,
  passTime,
  type Surroundings,
} from '../../src/domain/watch/device-watch.ts';
import type { Sibling } from '../../src/domain/watch/return-claim.ts';
import { START } from './sample.ts';

type Metrics = Record<string, MetricValue>;

/** The policy where nothing is configured. */
export const POLICY: PowerPolicy = topologySchema.parse({}).power;

interface WatchedOptions {
  config?: Partial<DeviceConfig>;
  policy?: Partial<PowerPolicy>;
  place?: Place;
  intervalSeconds?: number;
}

/** A device that is watched, with a clock of its own that begins at `START`. */
export class Watched implements Sibling {
  readonly kind: Kind;
  readonly values: Metrics = {};
  readonly siblings: Sibling[] = [];
  watch: DeviceWatch;
  now = START;
  /** Whether the last message or second changed the verdict. */
  hasChanged = false;
  readonly #options: WatchedOptions;
  #lastSeen: number | undefined;

  constructor(kind: Kind, options: WatchedOptions = {}) {
    this.kind = kind;
    this.watch = newDeviceWatch(kind);
    this.#options = options;
  }

  get config(): DeviceConfig {
    return { kind: this.kind, ...this.#options.config };
  }

  /** Seconds since the begin at which the input became what it is. */
  get inputSince(): number {
    return (this.watch.inputSince - START) / 1000;
  }

  /** A message at the present second. */
  say(metrics: Metrics | string): this {
    const said = typeof metrics === 'string' ? { 'ups.status': metrics } : metrics;
    Object.assign(this.values, said);
    this.#lastSeen = this.now;
    this.hasChanged = followDevice(this.watch, this.around(), said);
    return this;
  }

  /** Time passes without a message, a tick each second. */
  pass(seconds: number): this {
    for (let second = 0; second < seconds; second += 1) {
      this.now += 1000;
      this.tick();
    }
    return this;
  }

  /** Messages of the same words at the interval, and ticks between them. */
  go(seconds: number, metrics: Metrics | string): this {
    const interval = this.#options.intervalSeconds ?? 5;
    for (let second = 0; second < seconds; second += 1) {
      this.now += 1000;
      if ((second + 1) % interval === 0) this.say(metrics);
      else this.tick();
    }
    return this;
  }

  tick(): void {
    this.hasChanged = passTime(this.watch, this.around(), {
      lastSeen: this.#lastSeen,
      watchingSince: START,
      intervalSeconds: this.#options.intervalSeconds ?? 5,
    });
  }

  subject(): Subject {
    const { kind, now: ts, values, config, watch } = this;
    return { site: 'krakivets', device: 'one', kind, ts, values, config, watch };
  }

  /** A rule's truth for it now. */
  condition(rule: Rule | undefined, isStanding = false): Condition | undefined {
    return rule?.evaluate(this.subject(), isStanding);
  }

  /** What its messages are read with now. */
  around(): Surroundings {
    const { values, config, now } = this;
    const policy = { ...POLICY, ...this.#options.policy };
    const { place } = this.#options;
    return { values, config, policy, place, now, siblings: () => this.siblings };
  }
}
