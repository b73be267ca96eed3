import { createRandom, type Random } from '../../../simulators/random.ts';
import { scannerPayload, upsPayload } from '../telemetry.ts';
import { mutatePayload } from './hostile-payload.ts';
import { type Address, address, mutateTopic } from './hostile-topic.ts';
import { below, isBy, pick } from './pick.ts';

export interface HostileMessage {
  topic: string;
  payload: Buffer;
  isRetained: boolean;
}

const SOUND = 0.1;
const ON_OTHER_TOPIC = 0.3;
const RETAINED = 0.1;
/** Most devices send what happens now, some what happened a while ago. */
const AGES_MS = [0, 0, 0, 1, 5000, 90_000, 3_600_000, -400_000];

/**
 * An endless row of messages, the same for the same seed: real ones, most of them mutated in payload,
 * topic or both. `now` gives the time that they are sent at (ms since 1970 UTC).
 */
export function* hostileMessages(
  seed: number,
  now: () => number,
): Generator<HostileMessage, never> {
  const random = createRandom(seed, 'fuzz');
  for (let seq = 0; ; seq += 1) {
    const from = address(random);
    const ts = now() - pick(random, AGES_MS);
    const sound = Buffer.from(soundPayload(from, ts, seq, random));
    const isTopicMutated = isBy(random, ON_OTHER_TOPIC);
    const isSound = isBy(random, SOUND);
    yield {
      topic: isTopicMutated ? mutateTopic(from.topic, random) : from.topic,
      payload: isSound ? sound : mutatePayload(sound, random),
      isRetained: isBy(random, RETAINED),
    };
  }
}

function soundPayload({ kind, topic }: Address, ts: number, seq: number, random: Random): string {
  if (topic.endsWith('/state')) return JSON.stringify({ online: isBy(random, 0.5), ts });
  if (kind === 'ups')
    return upsPayload(ts, pick(random, ['OL', 'OL CHRG', 'OB DISCHRG', 'OB LB']), seq);
  if (kind === 'scanner')
    return scannerPayload(ts, pick(random, ['ready', 'scanning', 'off']), seq);
  return JSON.stringify({
    ts,
    seq,
    'mains.present': isBy(random, 0.8),
    'mains.voltage': below(random, 300),
  });
}
