import type { Client, PublishPacket } from 'aedes';
import type { Logger } from 'pino';
import { decodeTopic } from '../../src/contract/topic.ts';
import type { Decoded } from '../../src/ports.ts';
import { mayPublish, mayRead, rejectForeign } from './broker-identity.ts';
import type { BrokerPki } from './broker-pki.ts';
import { type SignedIn, signIn } from './sign-in.ts';

/** Refused sign-ins are told in the log no more often than this (ms): anybody can make them. */
const TOLD_EVERY_MS = 60_000;
const MAX_NAME = 140;

type Will = Pick<PublishPacket, 'topic' | 'payload'>;

interface BrokerClientsOptions {
  root: string;
  /** Without it nobody needs to sign in. */
  pki: BrokerPki | undefined;
  log: Logger;
  now(): number;
  /** Takes a message that was refused as it is not of its topic's device. */
  onForeign(decoded: Decoded): void;
}

/** Who the embedded broker's clients are, and what each of them may do. */
export class BrokerClients {
  readonly #options: BrokerClientsOptions;
  readonly #wills = new WeakMap<Client, Will>();
  readonly #signedIn = new WeakMap<Client, SignedIn>();
  /** Those whose credential was taken away while they were here: they say nothing more. */
  readonly #withdrawn = new WeakSet<Client>();
  #refusalToldAt = Number.NEGATIVE_INFINITY;

  constructor(options: BrokerClientsOptions) {
    this.#options = options;
  }

  /** What it asks to be published when it is lost; to be told before `letIn`. */
  noteWill(client: Client, will: Will): void {
    this.#wills.set(client, will);
  }

  /** False where it is nobody who may come in, or its will is on the topic of another. */
  letIn(client: Client, username?: string, password?: Uint8Array): boolean {
    const { pki } = this.#options;
    const signedIn = signIn({ connection: client.conn, username, password }, pki);
    if (signedIn === undefined) {
      this.#tellRefusal(username);
      return false;
    }
    const will = this.#wills.get(client);
    if (will !== undefined && this.#isForeign(signedIn, will)) return false;
    this.#signedIn.set(client, signedIn);
    // Each identity has client identifiers of its own: nobody takes over the session of another.
    const { identity } = signedIn;
    if (identity !== undefined) (client as { id: string }).id = `${identity} ${client.id}`;
    return true;
  }

  mayRead(client: Client): boolean {
    const signedIn = this.#signedIn.get(client);
    return signedIn !== undefined && mayRead(signedIn.identity);
  }

  /** Why a client may not publish a packet, its will too; `undefined` where it may. */
  refusalOf(client: Client | null, packet: PublishPacket): Error | undefined {
    const { topic } = packet;
    if (topic.startsWith('$SYS/')) return new Error('$SYS is the broker’s own');
    if (client === null) return this.#options.pki && new Error('nobody has signed in for it');
    if (this.#withdrawn.has(client)) return new Error('its credential was taken away');
    const signedIn = this.#signedIn.get(client);
    if (signedIn === undefined) return new Error('it has not signed in');
    if (!this.#isForeign(signedIn, packet)) return undefined;
    return new Error(`${signedIn.identity} may not publish on ${topic}`);
  }

  /** Whether a retained message is kept: a device's state and telemetry alone, so that none of them fills the disk. */
  mayRetain(client: Client | null, topic: string): boolean {
    const isDevice = client !== null && this.#signedIn.get(client)?.identity !== undefined;
    return !isDevice || decodeTopic(this.#options.root, topic) !== undefined;
  }

  /** Ends the connections of those whose certificate or password was taken away. */
  endWithdrawn(clients: Iterable<Client>): void {
    for (const client of clients) {
      const credential = this.#signedIn.get(client)?.credential;
      if (credential === undefined || this.#options.pki?.stands(credential)) continue;
      this.#withdrawn.add(client);
      client.close();
    }
  }

  /** Whether it is not its topic's own; such a message is counted. */
  #isForeign({ identity }: SignedIn, { topic, payload }: Will): boolean {
    const { root, now, onForeign } = this.#options;
    if (mayPublish(identity, root, topic)) return false;
    const message = { root, topic, payload: Buffer.from(payload), receivedAt: now() };
    onForeign(rejectForeign(message, `${identity}`));
    return true;
  }

  #tellRefusal(username: string | undefined): void {
    const at = performance.now();
    if (at - this.#refusalToldAt < TOLD_EVERY_MS) return;
    this.#refusalToldAt = at;
    const named = username?.slice(0, MAX_NAME);
    this.#options.log.warn({ username: named }, 'broker: a client was refused: it is nobody known');
  }
}
