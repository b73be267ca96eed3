import type { DeviceWatch } from './device-watch.ts';

/** What of a watch matters to others, in a fixed order: compared, it says whether anything changed. */
export type Verdict = unknown[];

/** Writes the verdict of now into `verdict`: called for every message, it makes nothing new. */
export function noteVerdict(verdict: Verdict, watch: DeviceWatch): void {
  const { ups, scanner } = watch;
  verdict[0] = watch.input;
  verdict[1] = watch.inputSince;
  verdict[2] = watch.hasBeenHeard;
  verdict[3] = watch.isSilent;
  verdict[4] = watch.isSilentOnBattery;
  verdict[5] = watch.expectation;
  verdict[6] = watch.flips.at.length;
  verdict[7] = ups?.lostSince;
  verdict[8] = ups?.testSince;
  verdict[9] = ups?.offSince;
  verdict[10] = ups?.isOff;
  verdict[11] = ups?.claim;
  verdict[12] = ups?.claim?.contradiction;
  verdict[13] = ups?.saysCharging;
  verdict[14] = scanner?.state;
  verdict[15] = scanner?.isHotLoss;
  verdict[16] = scanner?.openedUnderBeam;
  verdict[17] = scanner?.isTransitPlanned;
  verdict[18] = watch.isClaimed;
}

export function isSameVerdict(one: Verdict, other: Verdict): boolean {
  return one.every((part, index) => part === other[index]);
}
