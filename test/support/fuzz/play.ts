import { isDeepStrictEqual } from 'node:util';
import { decodeMessage } from '../../../collectors/mqtt/decode.ts';
import { Decoder } from '../../../collectors/mqtt/decoder.ts';
import { topologySchema } from '../../../src/contract/config.ts';
import { siteSchema } from '../../../src/contract/device.ts';
import { Fleet } from '../../../src/domain/fleet.ts';
import { AlarmDesk } from '../../../src/pipeline/alarm-desk.ts';
import { Ingest } from '../../../src/pipeline/ingest.ts';
import { RejectLog } from '../../../src/pipeline/reject-log.ts';
import { Situation } from '../../../src/pipeline/situation.ts';
import { Tick } from '../../../src/pipeline/tick.ts';
import type { Decoded } from '../../../src/ports.ts';
import { FakeClock, recordingLog } from '../fake-ports.ts';
import { Account } from './account.ts';
import type { HostileMessage } from './hostile-message.ts';
import { countingSpool, deafFeed, sinkJournal } from './sink-ports.ts';

const ROOT = 'svitlo/v1';
/** Fewer than the devices that speak, so that this limit is met, too. */
export const MAX_UNREGISTERED = 120;
const NOISE = Buffer.from('"}{');

/** The real decoder and pipeline, on ports that keep nothing; each message is accounted for. */
export function createFuzzedPipeline(now: number) {
  const clock = new FakeClock(now);
  const config = topologySchema.parse({ maxUnregistered: MAX_UNREGISTERED });
  const fleet = new Fleet(config);
  const spool = countingSpool();
  const rejects = new RejectLog();
  const { log } = recordingLog();
  const live = deafFeed;
  const situation = new Situation({ fleet, topology: config });
  const desk = new AlarmDesk({ store: sinkJournal, live, clock, log, situation });
  const ingest = new Ingest({
    fleet,
    desk,
    spool,
    live,
    rejects,
    orders: { keep: async () => {} },
  });
  const tick = new Tick({ fleet, desk, ingest, live, clock });
  const decoder = new Decoder(ROOT);
  const account = new Account();
  const apply = fleet.apply.bind(fleet);
  let isRefused = false;
  fleet.apply = (sample) => {
    const change = apply(sample);
    account.noteFleet(change);
    isRefused = change.outcome === 'rejected';
    return change;
  };

  return {
    clock,
    spool,
    rejects,
    expected: account.expected,
    /** Throws where the message left no trace, was read in two ways, or stored in part. */
    async take(message: HostileMessage): Promise<void> {
      const decoded = decodeInBoth(decoder, message, clock.now());
      const { sample } = decoded;
      if (sample === undefined && decoded.rejects.length === 0)
        throw new Error(`left no trace: ${describe(message)}`);
      account.note(decoded.rejects);
      const linesBefore = spool.lines;
      await ingest.accept(decoded);
      const isTaken = sample !== undefined && !isRefused;
      const hasPoint = isTaken && !(sample.isRetained && !sample.hasOwnTime);
      // A clock that is wrong adds a value to a sample without one.
      const isWhole = hasPoint && Object.keys(sample.metrics).length > 0;
      const lines = spool.lines - linesBefore;
      if (lines > 1 || (isWhole && lines === 0) || (!hasPoint && lines > 0))
        throw new Error(`${lines} lines stored: ${describe(message)}`);
    },
    /** What runs once a second, and what a page or a new configuration asks for. */
    async everySecond(): Promise<void> {
      tick.step(clock.now());
      await desk.settled();
    },
    look(): void {
      const unsound = fleet.sites(clock.now()).find((one) => !siteSchema.safeParse(one).success);
      if (unsound !== undefined) throw new Error(`unsound site: ${JSON.stringify(unsound)}`);
      fleet.devices(clock.now());
      fleet.configure(config);
    },
  };
}

/** By the device's layout and in full: both must say the same. */
function decodeInBoth(decoder: Decoder, message: HostileMessage, receivedAt: number): Decoded {
  const { topic, payload, isRetained } = message;
  const bytes = Buffer.concat([NOISE, payload, NOISE]);
  const payloadStart = NOISE.length;
  const payloadEnd = payloadStart + payload.length;
  const place = { bytes, payloadStart, payloadEnd, payloadLength: payload.length };
  const decoded = decoder.decode({ topic, ...place, receivedAt, isRetained });
  const full = decodeMessage({ root: ROOT, topic, payload, receivedAt, isRetained });
  const { line: _line, ...rest } = decoded;
  if (!isDeepStrictEqual(rest, full)) throw new Error(`read in two ways: ${describe(message)}`);
  return decoded;
}

function describe({ topic, payload }: HostileMessage): string {
  return JSON.stringify({ topic: topic.slice(0, 300), payload: payload.toString('utf8', 0, 500) });
}
