import type { DeviceFacts } from '../facts.ts';

/** Silence of a whole site; `unheard` since the monitor's own start, `none` where nobody is to be heard. */
export type Silence = 'heard' | 'silent' | 'unheard' | 'none';

/** What a site's devices say together (times in ms since 1970 UTC). */
export interface SiteSummary {
  /** It has a UPS or a supply meter that could tell of an outage. */
  hasWitness: boolean;
  upsCount: number;
  liveUpsCount: number;
  /** `site/device` of those whose input is lost, heard now. */
  lost: readonly DeviceFacts[];
  lostSince: number | undefined;
  /** A meter that is heard says whether there are mains, and since when the last of them says so. */
  meter: 'mains' | 'lost' | undefined;
  meterMainsSince: number;
  /** A silent meter said last that mains were lost. */
  isSilentMeterLost: boolean;
  /** Some input is known to have mains. */
  hasMains: boolean;
  isOnGenerator: boolean;
  wasOnBattery: boolean;
  exhaustedAt: number | undefined;
  worstMarginSeconds: number | undefined;
  isEverySilent: boolean;
  isAnyAwaited: boolean;
}

/** Only registered devices count. */
export function summarise(all: readonly DeviceFacts[]): SiteSummary {
  const devices = all.filter(({ registered }) => registered);
  const ups = devices.filter(({ kind }) => kind === 'ups');
  const meters = devices.filter(({ kind }) => kind === 'power');
  const witnesses = [...ups, ...meters];
  const live = witnesses.filter(({ isSilent }) => !isSilent);
  const lost = live.filter(({ input }) => input === 'lost');
  const awaited = devices.filter(({ isSilenceExpected }) => !isSilenceExpected);
  const drained = witnesses.filter((one) => one.wasOnBattery || one.input === 'lost');
  return {
    hasWitness: witnesses.length > 0,
    upsCount: ups.length,
    liveUpsCount: ups.filter(({ isSilent }) => !isSilent).length,
    lost,
    lostSince: least(lost.map(({ inputSince }) => inputSince)),
    ...meterView(meters),
    hasMains: live.some(({ input }) => input === 'mains'),
    isOnGenerator: live.some(({ isOnGenerator }) => isOnGenerator),
    wasOnBattery: drained.length > 0,
    exhaustedAt: least(drained.map(({ exhaustedAt }) => exhaustedAt)),
    worstMarginSeconds: least(drained.map(({ marginSeconds }) => marginSeconds)),
    isEverySilent: awaited.length > 0 && awaited.every(({ isSilent }) => isSilent),
    isAnyAwaited: awaited.length > 0,
  };
}

function meterView(meters: readonly DeviceFacts[]) {
  const live = meters.filter(({ isSilent }) => !isSilent);
  const withMains = live.filter(({ input }) => input === 'mains');
  const isLost = live.some(({ input }) => input === 'lost');
  const heard = withMains.length > 0 ? ('mains' as const) : undefined;
  return {
    meter: isLost ? ('lost' as const) : heard,
    meterMainsSince: Math.max(0, ...withMains.map(({ inputSince }) => inputSince)),
    isSilentMeterLost: meters.some((one) => one.isSilent && isLostWhenHeard(one)),
  };
}

function isLostWhenHeard(one: DeviceFacts): boolean {
  return one.wasOnBattery || one.input === 'lost';
}

/** Two UPSs at least and half of those that are heard lost their input within the window, or all of them did. */
export function isSiteWithoutMains(summary: SiteSummary, windowMs: number): boolean {
  const times = summary.lost
    .flatMap(({ kind, inputSince }) => (kind === 'ups' ? [inputSince] : []))
    .sort((a, b) => a - b);
  const enough = Math.max(2, Math.ceil(summary.liveUpsCount / 2));
  if (times.length < enough) return false;
  if (times.length === summary.liveUpsCount) return true;
  return times.some(
    (at, i) => at - (times[i - enough + 1] ?? Number.NEGATIVE_INFINITY) <= windowMs,
  );
}

function least(values: readonly (number | undefined)[]): number | undefined {
  const known = values.flatMap((value) => value ?? []);
  return known.length === 0 ? undefined : Math.min(...known);
}
