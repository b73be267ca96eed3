import { readFileSync } from 'node:fs';

/**
 * Loaded before a program and in each of its worker threads (`node --import`): `Date.now()`, `new Date()`
 * and `Date()` are ahead of the true time by the number (ms) in the file `CLOCK_OFFSET_FILE`.
 */
const LOOK_MS = 20;
const TrueDate = Date;
let offsetMs = 0;

function look(): void {
  try {
    offsetMs = Number(readFileSync(process.env.CLOCK_OFFSET_FILE ?? '', 'utf8'));
  } catch {
    // Not set yet.
  }
}

const now = () => TrueDate.now() + offsetMs;
globalThis.Date = new Proxy(TrueDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new TrueDate(now()).toString(),
  get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
});
look();
setInterval(look, LOOK_MS).unref();
