type Labels = Readonly<Record<string, string>>;

export interface Sample {
  name: string;
  labels: Labels;
  value: number;
}

export interface Family {
  type: string;
  help: string;
  samples: Sample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/;
/** As Go's ParseFloat takes it, which Prometheus reads numbers with. */
const NUMBER = /^(?:[+-]?(?:inf|\d+(?:\.\d*)?(?:e[+-]?\d+)?)|nan)$/i;
const TYPES = ['counter', 'gauge', 'histogram', 'summary'];

/**
 * Reads Prometheus' text format 0.0.4 and throws at whatever is not in order: a sample outside its family,
 * a family twice, the same labels twice, a counter that goes below 0 or is not called `_total`, a histogram
 * whose buckets do not add up. By https://prometheus.io/docs/instrumenting/exposition_formats/.
 */
export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, Family>();
  let current: { name: string; family: Family } | undefined;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') {
      check(NAME.test(name) && !families.has(name) && rest !== '', line);
      current = { name, family: { type: '', help: rest, samples: [] } };
      families.set(name, current.family);
    } else if (keyword === 'TYPE') {
      check(current?.name === name && current.family.type === '' && TYPES.includes(rest), line);
      if (current) current.family.type = rest;
    } else {
      const sample = parseSample(line);
      check(current !== undefined && belongs(sample, current.name, current.family.type), line);
      current?.family.samples.push(sample);
    }
  }
  for (const [name, family] of families) checkFamily(name, family);
  return families;
}

function parseSample(line: string): Sample {
  const [, name = '', inBraces = '', value = ''] = SAMPLE.exec(line) ?? [];
  check(name !== '' && NUMBER.test(value), line);
  const labels: Record<string, string> = {};
  for (let rest = inBraces; rest !== ''; ) {
    const [all = '', label = '', text = ''] = LABEL.exec(rest) ?? [];
    check(all !== '' && !Object.hasOwn(labels, label), line);
    labels[label] = text;
    rest = rest.slice(all.length);
  }
  return { name, labels, value: Number(value.replace(/inf/i, 'Infinity')) };
}

function belongs({ name, labels }: Sample, family: string, type: string): boolean {
  if (type === '') return false;
  if (type !== 'histogram') return name === family;
  if (name === `${family}_bucket`) return labels.le !== undefined;
  return name === `${family}_sum` || name === `${family}_count`;
}

function checkFamily(name: string, { type, samples }: Family): void {
  check(type !== '', name);
  const keys = samples.map((one) => `${one.name} ${keyOf(one.labels)}`);
  check(new Set(keys).size === keys.length, `${name}: a series twice`);
  if (type === 'counter')
    check(name.endsWith('_total') && samples.every(({ value }) => value >= 0), name);
  if (type === 'histogram') checkHistogram(name, samples);
}

function checkHistogram(name: string, samples: readonly Sample[]): void {
  const series = Map.groupBy(samples, ({ labels: { le: _, ...others } }) => keyOf(others));
  for (const ones of series.values()) {
    const buckets = ones.filter((one) => one.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => Number(labels.le?.replace('+Inf', 'Infinity')));
    const counts = buckets.map(({ value }) => value);
    check(isAscending(bounds) && bounds.at(-1) === Number.POSITIVE_INFINITY, `${name}: bounds`);
    check(isAscending(counts), `${name}: its buckets do not add up`);
    const count = ones.find((one) => one.name === `${name}_count`)?.value;
    check(count === counts.at(-1), `${name}: its count is not its last bucket`);
    check(ones.filter((one) => one.name === `${name}_sum`).length === 1, `${name}: its sum`);
  }
}

function isAscending(values: readonly number[]): boolean {
  return values.every((value, index) => index === 0 || value >= (values[index - 1] ?? 0));
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).toSorted());
}

function check(isInOrder: boolean, what: string): void {
  if (!isInOrder) throw new Error(`not in order: ${what}`);
}

/** What one scrape said; a sample is found by its name and all of its labels. */
export interface Scrape {
  families: Map<string, Family>;
  /** The value; `NaN` where there is no such sample. */
  value(name: string, labels?: Labels): number;
  /** The values of a metric by one of its labels. */
  by(name: string, label: string): Record<string, number>;
}

export function readScrape(text: string): Scrape {
  const families = parseExposition(text);
  const samples = [...families.values()].flatMap((family) => family.samples);
  return {
    families,
    value: (name, labels = {}) =>
      samples.find((one) => one.name === name && keyOf(one.labels) === keyOf(labels))?.value ??
      Number.NaN,
    by: (name, label) =>
      Object.fromEntries(
        samples
          .filter((one) => one.name === name)
          .map(({ labels, value }) => [labels[label] ?? '', value]),
      ),
  };
}
