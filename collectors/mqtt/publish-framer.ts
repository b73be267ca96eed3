/** A packet longer than this (bytes) is not gathered: its beginning is delivered, the rest skipped. */
const MAX_PACKET_BYTES = 256 * 1024;
const PUBLISH = 3;
/** A Variable Byte Integer has at most four bytes (MQTT 5, 1.5.5). */
const MAX_LENGTH_BYTES = 4;

/** One PUBLISH, as positions in the bytes that it came with. Valid during the call alone. */
export interface Publish {
  bytes: Buffer;
  topicStart: number;
  topicEnd: number;
  /** Of MQTT 5, after their length; they end where the payload begins. */
  propertiesStart: number;
  payloadStart: number;
  /** Where what is here of the payload ends. */
  payloadEnd: number;
  /** Of the whole payload, which may be longer than what is here of it (bytes). */
  payloadLength: number;
  qos: number;
  /** The packet identifier; 0 at QoS 0. */
  id: number;
  isRetained: boolean;
  /** The broker has sent it before and got no acknowledgement (MQTT 5, 3.3.1.1). */
  isDuplicate: boolean;
}

interface FramerOptions {
  onPublish(publish: Publish): void;
  /** Takes every other packet, whole. */
  onOther(packet: Buffer): void;
}

/**
 * Cuts what an MQTT 5 broker sends into packets and reads the PUBLISH ones where they lie, without a
 * copy (OASIS MQTT 5.0, sections 2.1 and 3.3). Throws where the bytes are no MQTT: nothing after that
 * can be told apart, so the connection must end.
 */
export class PublishFramer {
  readonly #options: FramerOptions;
  readonly #publish: Publish = {
    bytes: Buffer.alloc(0),
    topicStart: 0,
    topicEnd: 0,
    propertiesStart: 0,
    payloadStart: 0,
    payloadEnd: 0,
    payloadLength: 0,
    qos: 0,
    id: 0,
    isRetained: false,
    isDuplicate: false,
  };
  #unread: Buffer | undefined;
  /** Bytes of a packet that is too long, still to come. */
  #skipped = 0;

  constructor(options: FramerOptions) {
    this.#options = options;
  }

  /** The bytes are the caller's again afterwards. */
  push(chunk: Buffer): void {
    const bytes = this.#unread === undefined ? chunk : Buffer.concat([this.#unread, chunk]);
    this.#unread = undefined;
    let at = 0;
    while (at < bytes.length) {
      const next = this.#packet(bytes, at);
      if (next === undefined) {
        this.#unread = Buffer.from(bytes.subarray(at));
        return;
      }
      at = next;
    }
  }

  /** Takes the packet that begins at `start`; returns where the next begins, `undefined` before its end. */
  #packet(bytes: Buffer, start: number): number | undefined {
    if (this.#skipped > 0) {
      const passed = Math.min(this.#skipped, bytes.length - start);
      this.#skipped -= passed;
      return start + passed;
    }
    let bodyStart = start + 1;
    let length = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[bodyStart];
      if (byte === undefined) return undefined;
      bodyStart += 1;
      length += (byte & 127) * factor;
      if (byte < 128) break;
      if (bodyStart - start > MAX_LENGTH_BYTES) throw new Error('a packet without a length');
    }
    const end = bodyStart + length;
    const header = bytes[start] as number;
    if (end <= bytes.length) {
      if (header >> 4 === PUBLISH) this.#read(bytes, header, bodyStart, end, end);
      else this.#options.onOther(bytes.subarray(start, end));
      return end;
    }
    if (end - start <= MAX_PACKET_BYTES || bytes.length - start < MAX_PACKET_BYTES)
      return undefined;
    if (header >> 4 !== PUBLISH) throw new Error(`a packet of ${length} bytes`);
    this.#read(bytes, header, bodyStart, end, bytes.length);
    this.#skipped = end - bytes.length;
    return bytes.length;
  }

  #read(bytes: Buffer, header: number, start: number, end: number, here: number): void {
    const publish = this.#publish;
    const topicStart = start + 2;
    const topicEnd = topicStart + (((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0));
    const qos = (header >> 1) & 3;
    let at = topicEnd;
    publish.id = 0;
    if (qos > 0) {
      publish.id = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      at += 2;
    }
    const payloadStart = this.#afterProperties(bytes, at, here);
    if (payloadStart > end || payloadStart > here) throw new Error('a PUBLISH that is cut off');
    // The subscription asks for QoS 1, and no topic alias is allowed.
    if (qos > 1 || topicEnd === topicStart) throw new Error('a PUBLISH that was not asked for');
    publish.bytes = bytes;
    publish.topicStart = topicStart;
    publish.topicEnd = topicEnd;
    publish.payloadStart = payloadStart;
    publish.payloadEnd = here;
    publish.payloadLength = end - payloadStart;
    publish.qos = qos;
    publish.isRetained = (header & 1) === 1;
    publish.isDuplicate = (header & 8) === 8;
    this.#options.onPublish(publish);
  }

  #afterProperties(bytes: Buffer, start: number, here: number): number {
    let at = start;
    let length = 0;
    for (let factor = 1; at < here; factor *= 128) {
      const byte = bytes[at] as number;
      at += 1;
      length += (byte & 127) * factor;
      if (byte < 128) {
        this.#publish.propertiesStart = at;
        return at + length;
      }
      if (at - start >= MAX_LENGTH_BYTES) break;
    }
    throw new Error('a PUBLISH without properties');
  }
}
