import type { Progress } from './run/play.ts';

/** To the beginning of the line, and clear it. */
export const CLEAR_LINE = '\r\u001b[K';

function timeOf(seconds: number): string {
  const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');
}

/** How far a run has come, as a line. */
function encodeProgress(progress: Progress, wallSeconds: number): string {
  const { elapsedSeconds, durationSeconds, published, waiting, dropped } = progress;
  const of = durationSeconds === undefined ? '' : ` of ${timeOf(durationSeconds)}`;
  const speed = (elapsedSeconds / wallSeconds).toFixed(0);
  const counts = `${published} acknowledged, ${waiting} waiting, ${dropped} dropped`;
  return `${timeOf(elapsedSeconds)}${of} (${speed}×): ${counts}`;
}

/** What a run tells of itself: a line that is written over itself on a terminal, nothing elsewhere. */
export function progressLine(): { onProgress?: (progress: Progress) => void } {
  if (!process.stdout.isTTY) return {};
  const begunAt = performance.now();
  return {
    onProgress: (progress) => {
      const line = encodeProgress(progress, (performance.now() - begunAt) / 1000);
      process.stdout.write(`${CLEAR_LINE}${line}`);
    },
  };
}

/** Writes a line in the place of the one that shows progress. */
export function sayLine(text: string): void {
  console.log(process.stdout.isTTY ? `${CLEAR_LINE}${text}` : text);
}
