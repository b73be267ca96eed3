import type { Limits } from '../scenarios/scenario-schema.ts';
import { clockOf } from './case-list.ts';
import type { Expectations } from './expectations.ts';
import type { KnownDevice } from './known-device.ts';
import type { Check } from './verdict.ts';
import type { JudgeView } from './view.ts';

const SHOWN = 10;
const STALE_INTERVALS = 2;
const OFFLINE_INTERVALS = 5;

interface DeviceAnswer {
  site: string;
  id: string;
  freshness: string;
  power?: string;
  metrics: Record<string, { value: unknown }>;
}

/** Looks at every device's live state from time to time and compares it with the truth. */
export class StateLooks {
  readonly #expectations: Expectations;
  readonly #slackMs: number;
  #compared = 0;
  #wrong = 0;
  readonly #examples: string[] = [];

  /** `slackMs`: how much later than we the monitor may see a change. */
  constructor(expectations: Expectations, slackMs: number) {
    this.#expectations = expectations;
    this.#slackMs = slackMs;
  }

  /** Compares at `now` (ms since 1970 UTC). */
  async look(view: JudgeView, now: number): Promise<void> {
    const answers = await view.get<DeviceAnswer[]>('/api/v1/devices');
    const byKey = new Map(answers.map((one) => [`${one.site}/${one.id}`, one]));
    for (const device of this.#expectations.devices.values()) {
      device.settle(now);
      const expected = this.#expected(device, now);
      if (expected === undefined) continue;
      this.#compared += 1;
      const shown = describe(device, byKey.get(device.key));
      if (shown === expected) continue;
      this.#wrong += 1;
      if (this.#examples.length < SHOWN) {
        this.#examples.push(`${device.key} at ${clockOf(now)}: ${expected}, shown ${shown}`);
      }
    }
  }

  result({ wrongStates: limit }: Limits): Check {
    const measured = this.#compared === 0 ? 0 : (100 * this.#wrong) / this.#compared;
    return {
      name: 'states.wrong',
      outcome: measured <= limit ? 'right' : 'wrong',
      measured,
      limit,
      unit: '%',
      of: this.#compared,
      examples: this.#examples,
    };
  }

  /** What must be shown, or `undefined` where a change is so near that both would be right. */
  #expected(device: KnownDevice, now: number): string | undefined {
    const { intervalMs, isGone, kind, lastSeen, told, truth, unsureUntil } = device;
    if (now < unsureUntil) return undefined;
    if (lastSeen === undefined || isGone) return sayings('offline', kind, told);
    if (this.#slackMs > 0 && now - (truth.at(-1)?.at ?? 0) < this.#slackMs) return undefined;
    const age = now - lastSeen;
    for (const intervals of [STALE_INTERVALS, OFFLINE_INTERVALS]) {
      if (this.#slackMs > 0 && Math.abs(age - intervals * intervalMs) < this.#slackMs) return;
    }
    if (age >= OFFLINE_INTERVALS * intervalMs) return sayings('offline', kind, told);
    return sayings(age >= STALE_INTERVALS * intervalMs ? 'stale' : 'live', kind, told);
  }
}

/** A scanner's state is its last word even when it is silent; a power source is unknown then. */
function sayings(freshness: string, kind: string, told: string | undefined): string {
  const isUnknown = freshness === 'offline' && kind !== 'scanner';
  return `${freshness} ${isUnknown ? 'unknown' : told}`;
}

function describe({ kind }: KnownDevice, answer: DeviceAnswer | undefined): string {
  if (answer === undefined) return 'nothing';
  const state = kind === 'scanner' ? answer.metrics.state?.value : answer.power;
  return `${answer.freshness} ${state}`;
}
