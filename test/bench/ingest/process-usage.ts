import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Linux counts a process's time in ticks of 10 ms. */
const TICK_MS = 10;
const USER_TIME = 11;
const SYSTEM_TIME = 12;

/** CPU time of a process with all its threads (ms). */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])) * TICK_MS;
}

function statusKb(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
}

/** The highest resident memory so far (MB). */
export function peakRssMbOf(pid: number): number {
  return statusKb(pid, 'VmHWM') / 1024;
}

/** The resident memory now (MB). */
export function rssMbOf(pid: number): number {
  return statusKb(pid, 'VmRSS') / 1024;
}

const LOOK_MS = 500;
const QUIET_SHARE = 0.1;

/** Resolves when a process has next to nothing to do any more. */
export async function untilQuiet(pid: number): Promise<void> {
  let before = cpuMsOf(pid);
  for (;;) {
    await sleep(LOOK_MS);
    const now = cpuMsOf(pid);
    if (now - before < LOOK_MS * QUIET_SHARE) return;
    before = now;
  }
}
