import type { Alarm, AlarmCode } from '../../contract/alarm.ts';
import { type AlarmBook, isActive } from './alarm-book.ts';
import type { SiteState } from './site-states.ts';

export const PLATFORM_FAULT_ID = '*.PLATFORM_FAULT';

const OF_FEED: ReadonlySet<AlarmCode> = new Set<AlarmCode>([
  'MAINS_VOLT',
  'MAINS_FREQ',
  'UPS_CHARGER',
]);

interface Suppressed {
  sourceId: string;
  /** When it may be heard again, as its source has ended (ms since 1970 UTC). */
  liftAt: number | undefined;
}

/**
 * Suppression by design: an alarm is hidden while the one that causes it stands, and a while longer. What a
 * stranger can raise (DEV_CLAIMED) hides nothing, and nothing hides it.
 */
export class Suppressions {
  readonly #book: AlarmBook;
  readonly #suppressed = new Map<string, Suppressed>();
  #changes: { alarmId: string; sourceId: string | undefined }[] = [];

  constructor(book: AlarmBook) {
    this.#book = book;
  }

  restore(alarms: readonly Alarm[], holdMs: number, now: number): void {
    const byId = new Map(alarms.map((alarm) => [alarm.id, alarm]));
    for (const { id, suppressedBy } of alarms) {
      if (suppressedBy === undefined) continue;
      const source = byId.get(suppressedBy);
      const isOver = source === undefined || !isActive(source);
      const liftAt = isOver ? (source?.clearedAt ?? now) + holdMs : undefined;
      this.#suppressed.set(id, { sourceId: suppressedBy, liftAt });
    }
  }

  /** Looks at all of a site's alarms that can be the consequence of another. */
  assess(state: SiteState, holdMs: number, now: number): void {
    for (const { alarm } of this.#book.of(state.site)) {
      const current = this.#suppressed.get(alarm.id);
      if (current !== undefined && this.#isActive(alarm, current.sourceId)) {
        current.liftAt = undefined;
        continue;
      }
      const sourceId = isActive(alarm) ? this.sourceOf(alarm, state) : undefined;
      if (sourceId !== undefined) {
        this.#suppressed.set(alarm.id, { sourceId, liftAt: undefined });
        this.#changes.push({ alarmId: alarm.id, sourceId });
      } else if (current !== undefined) {
        current.liftAt ??= this.#endOf(alarm, current.sourceId, now) + holdMs;
      }
    }
  }

  /** Lifts what has been held long enough. */
  lift(now: number): void {
    for (const [alarmId, { liftAt }] of this.#suppressed) {
      if (liftAt === undefined || now < liftAt) continue;
      this.#suppressed.delete(alarmId);
      this.#changes.push({ alarmId, sourceId: undefined });
    }
  }

  /** Our own clock was set by `ms`. */
  shiftTimes(ms: number): void {
    for (const suppressed of this.#suppressed.values()) {
      if (suppressed.liftAt !== undefined) suppressed.liftAt += ms;
    }
  }

  /** The standing alarm whose consequence this one is. */
  sourceOf(alarm: Alarm, state: SiteState): string | undefined {
    if (OF_FEED.has(alarm.code)) return this.#onBatteryOfFeed(alarm, state);
    const candidates = sourcesOf(alarm, state);
    return candidates.find((id) => this.#isActive(alarm, id));
  }

  take(): { alarmId: string; sourceId: string | undefined }[] {
    const taken = this.#changes;
    this.#changes = [];
    return taken;
  }

  #onBatteryOfFeed(alarm: Alarm, { site, facts }: SiteState): string | undefined {
    const feedOf = (device: string | undefined) => facts.find(({ id }) => id === device);
    const target = feedOf(alarm.device);
    const sources = [...this.#book.of(site)].flatMap(({ alarm: source }) => {
      if (source.code !== 'UPS_ON_BATTERY' || !isActive(source)) return [];
      return feedOf(source.device)?.feed === target?.feed ? [source.id] : [];
    });
    return sources.sort()[0];
  }

  #isActive({ site }: Alarm, sourceId: string): boolean {
    return this.#book.isActive(sourceId === PLATFORM_FAULT_ID ? '*' : site, sourceId);
  }

  #endOf({ site }: Alarm, sourceId: string, now: number): number {
    const source = this.#book.get(sourceId === PLATFORM_FAULT_ID ? '*' : site, sourceId);
    return source?.alarm.clearedAt ?? now;
  }
}

/** One order at a time to a scanner's crew; alarms of silence, the nearest source first; a device alone is not silent by the platform's fault. */
function sourcesOf({ code, device }: Alarm, { site, silence }: SiteState): string[] {
  if (code === 'UPS_MARGIN_LOW') return [`${site}.${device}.SHUTDOWN_NOW`];
  if (code === 'COMMS_LOSS') return [PLATFORM_FAULT_ID];
  if (code !== 'DEV_SILENT') return [];
  const ofSite = [`${site}.SITE_DARK`, `${site}.COMMS_LOSS`];
  return silence === 'silent' ? [...ofSite, PLATFORM_FAULT_ID] : ofSite;
}
