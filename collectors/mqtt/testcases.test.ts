import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPipeline } from '../../test/support/pipeline.ts';
import { decodeMessage } from './decode.ts';

/** One case; README.md describes it. Times are ms. */
interface Input {
  about: string;
  receivedAt: string;
  /** Device (`site/id`) → metrics whose live value is shown at the end. */
  live?: Record<string, string[]>;
  messages: InputMessage[];
}

interface InputMessage {
  topic: string;
  payload?: unknown;
  payloadText?: string;
  payloadBase64?: string;
  /** The payload is filled up with spaces to so many bytes. */
  padTo?: number;
  /** Since the message before. */
  afterMs?: number;
  isRetained?: boolean;
}

const ROOT = 'svitlo/v1';
const QUIET_MS = 2000;
const folder = join(import.meta.dirname, 'testcases');

function payloadOf({ payload, payloadText, payloadBase64, padTo = 0 }: InputMessage): Buffer {
  if (payloadBase64 !== undefined) return Buffer.from(payloadBase64, 'base64');
  return Buffer.from((payloadText ?? JSON.stringify(payload)).padEnd(padTo));
}

/** A metric's name; `-` where the message was rejected whole. */
function nameOf(metric: string | undefined): string {
  if (metric === undefined) return '-';
  return /^[\w.]+$/.test(metric) ? metric : JSON.stringify(metric);
}

/** What the messages leave behind: lines in their order, rejects, alarms, live values. */
async function play({ receivedAt, messages, live = {} }: Input): Promise<string> {
  const { clock, ingest, spool, rejects, fleet, situation } = createPipeline();
  clock.ms = Date.parse(receivedAt);
  for (const message of messages) {
    clock.ms += message.afterMs ?? 0;
    const { topic, isRetained = false } = message;
    const payload = payloadOf(message);
    await ingest.accept(
      decodeMessage({ root: ROOT, topic, payload, receivedAt: clock.ms, isRetained }),
    );
  }
  clock.ms += QUIET_MS;
  ingest.release(clock.ms);
  const rejected = rejects
    .newest()
    .toReversed()
    .map(({ reason, metric, detail }) => `# reject ${reason} ${nameOf(metric)}: ${detail}`);
  const alarms = situation.alarms().map(({ id, state }) => `# alarm ${id} ${state}`);
  const shown = Object.entries(live).flatMap(([device, metrics]) => {
    const [site = '', id = ''] = device.split('/');
    const view = fleet.device(site, id, clock.ms);
    return metrics.map((key) => {
      const reading = view?.metrics[key];
      const value = reading && `${JSON.stringify(reading.value)} ${reading.quality} ${reading.ts}`;
      return `# live ${device} ${view?.freshness} ${key} ${value ?? 'none'}`;
    });
  });
  return `${[...spool.lines, ...rejected, ...alarms, ...shown].join('\n')}\n`;
}

describe('golden cases: input.json → expected.lp', () => {
  for (const name of readdirSync(folder)) {
    const input = JSON.parse(readFileSync(join(folder, name, 'input.json'), 'utf8')) as Input;
    it(`${name}: ${input.about}`, async () => {
      const expected = join(folder, name, 'expected.lp');
      expect(existsSync(expected), 'expected.lp is there').toBe(true);
      await expect(await play(input)).toMatchFileSnapshot(expected);
    });
  }
});

it('takes everything that sample.json shows', () => {
  const text = readFileSync(join(import.meta.dirname, 'sample.json'), 'utf8');
  const messages = JSON.parse(text) as { topic: string; payload: unknown }[];
  const receivedAt = Date.parse('2026-11-24T12:00:01Z');
  for (const { topic, payload } of messages) {
    const bytes = Buffer.from(JSON.stringify(payload));
    const decoded = decodeMessage({
      root: ROOT,
      topic,
      payload: bytes,
      receivedAt,
      isRetained: false,
    });
    expect(decoded).toMatchObject({ sample: expect.anything(), rejects: [] });
  }
});
