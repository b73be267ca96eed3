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
  hasMeter: boolean;
  hasLiveMeter: boolean;
  /** What the meters say that are heard. */
  meter: 'mains' | 'lost' | undefined;
  /** Some meter said last, whether it is heard or not, that mains are there. */
  isMeterBack: boolean;
  /** Since when the newest of these says so; 0 where there is none. */
  meterMainsSince: number;
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
  const drained = witnesses.filter(isLostWhenHeard);
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
    // Whoever may be silent and is heard all the same, is heard.
    isEverySilent: awaited.length > 0 && devices.every(({ isSilent }) => isSilent),
    isAnyAwaited: awaited.length > 0,
  };
}

function meterView(meters: readonly DeviceFacts[]) {
  const live = meters.filter(({ isSilent }) => !isSilent);
  const back = meters.filter((one) => one.input === 'mains' && !one.wasOnBattery);
  const isLost = live.some(({ input }) => input === 'lost');
  const heard = live.some(({ input }) => input === 'mains') ? ('mains' as const) : undefined;
  return {
    meter: isLost ? ('lost' as const) : heard,
    meterMainsSince: Math.max(0, ...back.map(({ inputSince }) => inputSince)),
    hasMeter: meters.length > 0,
    hasLiveMeter: live.length > 0,
    isMeterBack: back.length > 0,
  };
}

function isLostWhenHeard(one: DeviceFacts): boolean {
  return one.wasOnBattery || one.input === 'lost';
}

/** A meter says so; or two UPSs at least and half of those that are heard lost their input within the window, or all of them did. */
export function isSiteWithoutMains(summary: SiteSummary, windowMs: number): boolean {
  if (summary.meter === 'lost') return true;
  const times = summary.lost.map(({ inputSince }) => inputSince).sort((a, b) => a - b);
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
