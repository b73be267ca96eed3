import type { Device } from '../contract/device.ts';
import type { Dispatch } from '../contract/dispatch.ts';
import type { Incident } from '../contract/incident.ts';
import type { Outage, OutageSummary } from '../contract/outage.ts';
import type { ScannerState } from '../contract/scanner-state.ts';
import type { ScheduleView } from '../contract/schedule.ts';
import { dispatch } from '../domain/dispatch/dispatch.ts';
import type { Need } from '../domain/dispatch/rank.ts';
import { reliability, savedMinutes } from '../domain/outage/kpi.ts';
import type { Span } from '../domain/resolution.ts';
import { runtimeAt } from '../domain/runtime/forecast.ts';
import { health } from '../domain/runtime/health.ts';
import { stopScanningGain } from '../domain/runtime/margin.ts';
import type { RuntimeMemory } from '../domain/runtime/memory.ts';
import { rechargeForecast } from '../domain/runtime/recharge.ts';
import type { Clock } from '../ports.ts';
import { isDown, shutdownSecondsOf } from './margin.ts';
import type { Outlook, SituationView } from './queries.ts';
import type { Situation } from './situation.ts';
import type { Watched } from './watched.ts';

const DEFAULT_CONNECTION_SECONDS = 20 * 60;

/** What is known beyond the devices' own words, as HTTP and the live feed ask for it. */
export class SituationOutlook implements SituationView {
  readonly #situation: Situation;
  readonly #clock: Clock;

  constructor(situation: Situation, clock: Clock) {
    this.#situation = situation;
    this.#clock = clock;
  }

  incidents(): Incident[] {
    return this.#situation.correlator
      .open()
      .map((one) => {
        const margin = this.#worstMargin(one.sites);
        return margin === undefined ? one : { ...one, worstMarginSeconds: margin };
      })
      .toSorted((a, b) => b.openedAt - a.openedAt);
  }

  incidentOf(site: string): string | undefined {
    return this.#situation.incidentOf(site);
  }

  outlook(site: string, device: string): Outlook | undefined {
    const { fleet, watches } = this.#situation;
    const state = fleet.state(site, device);
    if (state === undefined) return undefined;
    const watched = watches.watched(state);
    const { expectation } = watched.watch;
    const outlook = state.kind === 'scanner' ? this.#ofScanner(watched) : this.#ofUps(watched);
    return { ...outlook, ...(expectation === undefined ? {} : { expectation }) };
  }

  dispatch(generator: string): Dispatch[] | undefined {
    const { generators } = this.#situation.topology;
    if (!Object.hasOwn(generators, generator)) return undefined;
    const now = this.#clock.now();
    return dispatch(generators, this.#needs(), now).filter((one) => one.generator === generator);
  }

  schedule(): ScheduleView {
    const { schedules, places } = this.#situation;
    const all = places.all().map(({ schedule }) => schedule);
    return schedules.view(all, this.#clock.now());
  }

  summarize(
    outages: readonly Outage[],
    { fromMs, toMs }: Span,
    covers: (site: string) => boolean = () => true,
  ): OutageSummary {
    const places = this.#situation.places.all();
    const sites = places.map(({ schedule }) => schedule.site).filter(covers);
    const { all, bySite } = reliability(outages, {
      fromMs,
      toMs: Math.min(toMs, this.#clock.now()),
      sites,
    });
    return {
      saved: savedMinutes(outages).byDonor.map(savedOf),
      all: indicesOf(all),
      sites: bySite.map(({ site, ...indices }) => ({ site, ...indicesOf(indices) })),
    };
  }

  #ofUps(watched: Watched): Outlook {
    const { state, watch, runtime } = watched;
    if (runtime === undefined) return {};
    const expected = this.#situation.watches.runtimes.forecastOf(watched, this.#clock.now());
    const known = health(runtime);
    return {
      ...(expected === undefined ? {} : { forecast: expected }),
      ...(known === undefined ? {} : { batteryHealth: known }),
      ...marginParts(watch.margin?.marginSeconds),
      ...this.#nextCutOf(state.site, runtime),
    };
  }

  /** What a UPS on mains will have when its site's queue is cut next. */
  #nextCutOf(site: string, runtime: RuntimeMemory): Pick<Outlook, 'nextCut'> {
    const { schedules, places } = this.#situation;
    const place = places.of(site)?.schedule;
    if (place?.queue === undefined) return {};
    const cut = schedules.nextCut(place, this.#clock.now());
    const percent = cut && rechargeForecast(runtime, cut.from);
    if (cut === undefined || percent === undefined) return {};
    const runtimeSeconds = runtimeAt(runtime, { percent });
    const seconds = (cut.to - cut.from) / 1000;
    const nextCut = { at: cut.from, seconds, chargePercent: Math.round(percent) };
    if (runtimeSeconds === undefined) return { nextCut };
    return { nextCut: { ...nextCut, runtimeSeconds: Math.round(runtimeSeconds) } };
  }

  /** A scanner lasts as long as the first of its UPSs. */
  #ofScanner(scanner: Watched): Outlook {
    const { state } = scanner;
    const { fleet, watches, places } = this.#situation;
    const place = places.of(state.site)?.scanners.find(({ id }) => id === state.id);
    if (place === undefined || isDown(state.values.state)) return {};
    const sources = place.poweredBy.flatMap((id) => {
      const ups = fleet.state(state.site, id);
      return ups === undefined ? [] : watches.watched(ups);
    });
    const margins = sources.flatMap(({ watch }) => watch.margin ?? []);
    const ownSeconds = shutdownSecondsOf({ ...place, state: state.values.state });
    const least = Math.min(
      ...margins.map(({ marginSeconds, safeShutdownSeconds }) => {
        return marginSeconds + safeShutdownSeconds - ownSeconds;
      }),
    );
    if (!Number.isFinite(least)) return {};
    const now = this.#clock.now();
    const gains = sources.flatMap(({ runtime }) => {
      const fed = [{ ...fedScanner(scanner), isMobile: place.isMobile }];
      return (runtime && stopScanningGain(runtime, fed, now)) ?? [];
    });
    return {
      ...marginParts(least),
      beginShutdownBy: Math.round(now + 1000 * least),
      ...(gains.length === 0 ? {} : { stopScanningGainSeconds: Math.round(Math.min(...gains)) }),
    };
  }

  #worstMargin(sites: readonly string[]): number | undefined {
    const margins = sites.flatMap((site) => this.#marginsOf(site));
    return margins.length === 0 ? undefined : Math.round(Math.min(...margins));
  }

  #marginsOf(site: string): number[] {
    return this.#situation.watches.of(site).flatMap(({ marginSeconds }) => marginSeconds ?? []);
  }

  /** Sites that are without mains and that no generator carries yet. */
  #needs(): Need[] {
    return this.#situation.places.all().flatMap(({ config, schedule: { site } }) => {
      const { lat, lon, connectionMinutes, loadKw, connector } = config;
      const margins = this.#marginsOf(site);
      if (margins.length === 0 || lat === undefined || lon === undefined) return [];
      const connectionSeconds =
        connectionMinutes === undefined ? DEFAULT_CONNECTION_SECONDS : 60 * connectionMinutes;
      const marginSeconds = Math.min(...margins);
      return [{ site, lat, lon, marginSeconds, connectionSeconds, loadKw, connector }];
    });
  }
}

function fedScanner({ state: { values }, loads }: Watched) {
  const kW = values['power.active'];
  return {
    state: values.state as ScannerState,
    loads,
    ...(typeof kW === 'number' ? { kW } : {}),
  };
}

function marginParts(seconds: number | undefined): Pick<Device, 'marginSeconds'> {
  const isKnown = seconds !== undefined && Number.isFinite(seconds);
  return isKnown ? { marginSeconds: Math.round(seconds) } : {};
}

type SavedRow = ReturnType<typeof savedMinutes>['byDonor'][number];

function savedOf({
  donor,
  saved,
  generator,
  off,
  unseen,
}: SavedRow): OutageSummary['saved'][number] {
  return {
    ...(donor === undefined ? {} : { donor }),
    upsSeconds: 60 * saved,
    generatorSeconds: 60 * generator,
    offSeconds: 60 * off,
    unseenSeconds: 60 * unseen,
  };
}

type Indices = ReturnType<typeof reliability>['all'];

function indicesOf({ saidi, saifi, caidi, maifi }: Indices): OutageSummary['all'] {
  const means = { saidiMinutes: saidi, saifi, maifi };
  return caidi === undefined ? means : { ...means, caidiMinutes: caidi };
}
