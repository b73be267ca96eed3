/** An identifier of InfluxQL. */
export function quoteName(name: string): string {
  return `"${name.replace(/["\\]/g, '\\$&').replace(/\n/g, ' ')}"`;
}

/** A string literal of InfluxQL. */
export function quoteText(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&').replace(/\n/g, ' ')}'`;
}

/** The condition of `[fromMs, toMs)`. */
export function within({ fromMs, toMs }: { fromMs: number; toMs: number }): string {
  return `time >= ${fromMs}ms AND time < ${toMs}ms`;
}
