import { decodeTopic, type TopicParts } from '../../src/contract/topic.ts';
import type { Decoded } from '../../src/ports.ts';
import { decodeMessage, MAX_PAYLOAD_BYTES } from './decode.ts';
import { type Layout, learnLayout } from './layout.ts';
import { LayoutReader } from './layout-reader.ts';

/** A message as positions in the bytes that it came with; times in ms since 1970 UTC. */
export interface RawMessage {
  topic: string;
  bytes: Buffer;
  payloadStart: number;
  /** Where what is here of the payload ends. */
  payloadEnd: number;
  /** Of the whole payload (bytes). */
  payloadLength: number;
  receivedAt: number;
  isRetained: boolean;
}

/** What is known of one topic. */
interface Lane {
  parts: TopicParts;
  prefix: Buffer;
  layout: Layout | undefined;
  misses: number;
}

const MAX_LANES = 50_000;
const MAX_LAYOUTS = 1000;
/** A device that never writes the same way twice is looked at again only now and then. */
const LEARNING_MISSES = 4;
const LEARN_AGAIN_EVERY = 64;
const NO_REJECTS: Decoded['rejects'] = [];

/**
 * Decodes messages: by the layout that its device was seen to use where the message is clean, else in
 * full. Both ways give the same sample; a property test holds them equal.
 */
export class Decoder {
  readonly #root: string;
  readonly #lanes = new Map<string, Lane>();
  readonly #layouts = new Map<string, Layout>();
  readonly #reader = new LayoutReader();

  constructor(root: string) {
    this.#root = root;
  }

  /** Never throws, whatever a device sends. The line, where there is one, is valid until the next call. */
  decode(message: RawMessage): Decoded {
    const lane = this.#lanes.get(message.topic);
    if (lane?.layout !== undefined) {
      const decoded = this.#byLayout(lane, lane.layout, message);
      if (decoded !== undefined) return decoded;
    }
    const decoded = this.#inFull(message);
    const { sample, rejects } = decoded;
    if (sample?.hasOwnTime && rejects.length === 0) this.#learn(message, lane);
    return decoded;
  }

  #byLayout({ parts, prefix }: Lane, layout: Layout, message: RawMessage): Decoded | undefined {
    const { bytes, payloadStart, payloadEnd, payloadLength, receivedAt, isRetained } = message;
    if (payloadStart + payloadLength !== payloadEnd) return undefined;
    if (payloadLength > MAX_PAYLOAD_BYTES) return undefined;
    const read = this.#reader.read(layout, prefix, bytes, payloadStart, payloadEnd, receivedAt);
    if (read === undefined) return undefined;
    const { site, kind, device, channel } = parts;
    const { ts, seq, isBackfill, metrics, line } = read;
    const common = { site, kind, device, channel, ts, receivedAt, hasOwnTime: true, isRetained };
    const sample = { ...common, isBackfill, quality: 'good' as const, metrics };
    return { sample: seq === undefined ? sample : { ...sample, seq }, rejects: NO_REJECTS, line };
  }

  #inFull(message: RawMessage): Decoded {
    const { topic, receivedAt, isRetained, payloadLength } = message;
    const payload = message.bytes.subarray(message.payloadStart, message.payloadEnd);
    return decodeMessage({
      root: this.#root,
      topic,
      payload,
      payloadLength,
      receivedAt,
      isRetained,
    });
  }

  #learn(message: RawMessage, known: Lane | undefined): void {
    const lane = known ?? this.#open(message.topic);
    if (lane === undefined) return;
    lane.misses += 1;
    if (lane.misses > LEARNING_MISSES && lane.misses % LEARN_AGAIN_EVERY !== 0) return;
    const text = message.bytes.toString('utf8', message.payloadStart, message.payloadEnd);
    const learned = learnLayout(text, lane.parts.kind, lane.parts.channel);
    if (learned !== undefined) lane.layout = this.#shared(learned, lane.parts) ?? lane.layout;
  }

  #open(topic: string): Lane | undefined {
    const parts = decodeTopic(this.#root, topic);
    if (parts === undefined) return undefined;
    if (this.#lanes.size >= MAX_LANES) this.#lanes.clear();
    const prefix = Buffer.from(`${parts.kind},site=${parts.site},device=${parts.device} `);
    const lane: Lane = { parts, prefix, layout: undefined, misses: 0 };
    this.#lanes.set(topic, lane);
    return lane;
  }

  /** Devices with one program have one layout: a fleet has few. */
  #shared(layout: Layout, { kind, channel }: TopicParts): Layout | undefined {
    const literals = [...layout.slots.map(({ literal }) => literal), layout.tail];
    const name = `${kind} ${channel} ${literals.map((one) => Buffer.from(one).toString()).join('\n')}`;
    const known = this.#layouts.get(name);
    if (known !== undefined) return known;
    if (this.#layouts.size >= MAX_LAYOUTS) return undefined;
    this.#layouts.set(name, layout);
    return layout;
  }
}
