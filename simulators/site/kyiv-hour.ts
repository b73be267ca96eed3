const MINUTE_MS = 60_000;

const format = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Kyiv',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** The hour of the day in Kyiv, 0–24, read once a minute; trucks and the evening peak follow it. */
export class KyivHour {
  value = 0;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(now: number) {
    this.advance(now);
  }

  advance(now: number): void {
    if (now - this.#readAt < MINUTE_MS) return;
    this.#readAt = now;
    const time = format.format(now);
    this.value = Number(time.slice(0, 2)) + Number(time.slice(3, 5)) / 60;
  }
}
