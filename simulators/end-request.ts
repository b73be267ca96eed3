const ORPHAN_CHECK_MS = 500;

/**
 * Resolves when the process is asked to end: SIGINT, SIGTERM, SIGHUP, or the end of the npm that
 * started it. npm runs a script under a shell, which does not pass on a signal sent to npm alone.
 */
export function untilAskedToEnd(): Promise<'asked'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => resolve('asked'));
    }
    if (process.env.npm_lifecycle_event === undefined) return;
    const parent = process.ppid;
    const check = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(check);
      resolve('asked');
    }, ORPHAN_CHECK_MS);
    check.unref();
  });
}
