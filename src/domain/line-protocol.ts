import type { MetricValue } from '../contract/metric.ts';
import type { Sample } from '../contract/sample.ts';

/** A line-protocol row: measurement, its two tags, fields, time in ms since 1970 UTC. */
export interface LinePoint {
  kind: string;
  site: string;
  device: string;
  fields: Record<string, MetricValue>;
  ts: number;
}

/**
 * One sample as InfluxDB line protocol with ms precision: numbers as floats, fields in the order of
 * the message. `undefined` where no field is left: a line needs one.
 */
export function encodeLine(sample: Sample): string | undefined {
  const fields = Object.entries(sample.metrics).map(
    ([key, value]) => `${escapeKey(key)}=${encodeValue(value)}`,
  );
  if (fields.length === 0) return undefined;
  return `${sample.kind},site=${sample.site},device=${sample.device} ${fields.join(',')} ${sample.ts}`;
}

function escapeKey(key: string): string {
  return key.replace(/[,= ]/g, '\\$&');
}

/** A newline would end the line, so it becomes a space: no status or text of a device needs it. */
function encodeValue(value: MetricValue): string {
  if (typeof value !== 'string') return String(value);
  return `"${value.replace(/["\\]/g, '\\$&').replace(/[\r\n]/g, ' ')}"`;
}

const HEAD = /^(\w+),site=([^,]+),device=([^ ]+) /;
const FIELD = /((?:\\.|[^,= \\])+)=("(?:\\.|[^"\\])*"|[^, ]+)(,| (\d+)$)/y;

/** Reads back what `encodeLine` wrote; throws where the line is another's. */
export function decodeLine(line: string): LinePoint {
  const head = HEAD.exec(line);
  if (head === null) throw new Error(`not a line of ours: ${line.slice(0, 80)}`);
  const [matched, kind = '', site = '', device = ''] = head;
  const fields: Record<string, MetricValue> = {};
  FIELD.lastIndex = matched.length;
  for (let field = FIELD.exec(line); field !== null; field = FIELD.exec(line)) {
    const [, key = '', value = '', , ts] = field;
    fields[key.replace(/\\(.)/g, '$1')] = decodeValue(value);
    if (ts !== undefined) return { kind, site, device, fields, ts: Number(ts) };
  }
  throw new Error(`not a line of ours: ${line.slice(0, 80)}`);
}

function decodeValue(text: string): MetricValue {
  if (text.startsWith('"')) return text.slice(1, -1).replace(/\\(.)/g, '$1');
  if (text === 'true' || text === 'false') return text === 'true';
  return Number(text);
}
