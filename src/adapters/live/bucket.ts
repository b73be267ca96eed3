/** How many may come at once, and how many a second from then on. */
export interface BucketLimits {
  burst: number;
  perSecond: number;
}

/** A token bucket: says whether one more may come at `now` (ms of a clock that is never set). */
export function createBucket({ burst, perSecond }: BucketLimits): (now: number) => boolean {
  let left = burst;
  let filledAt: number | undefined;
  return (now) => {
    const filled = ((now - (filledAt ?? now)) * perSecond) / 1000;
    left = Math.min(burst, left + Math.max(0, filled));
    filledAt = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
