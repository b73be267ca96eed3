import { MONITOR_IDENTITY } from '../../src/contract/pki.ts';
import { decodeIdentity, decodeTopic } from '../../src/contract/topic.ts';
import type { Decoded } from '../../src/ports.ts';
import { createNotes, printable } from './reject-note.ts';

const MAX_IDENTITY = 140;

/** Who a client of the embedded broker is; `undefined` is anybody on this machine, who may do everything. */
export type Identity = string | undefined;

/** A device publishes below its own place alone, as by Mosquitto's `pattern write svitlo/v1/%u/#`. */
export function mayPublish(identity: Identity, root: string, topic: string): boolean {
  return identity === undefined || isOwn(identity, root, topic);
}

/** A device reads nothing. */
export function mayRead(identity: Identity): boolean {
  return identity === undefined || identity === MONITOR_IDENTITY;
}

function isOwn(identity: string, root: string, topic: string): boolean {
  return decodeIdentity(identity) !== undefined && topic.startsWith(`${root}/${identity}/`);
}

interface ForeignMessage {
  root: string;
  topic: string;
  payload: Uint8Array;
  receivedAt: number;
}

/** A message of somebody else than its topic's device, as a reject: nothing else of it is taken. */
export function rejectForeign(message: ForeignMessage, got: string): Decoded {
  const { rejects, note } = createNotes(message);
  const claimed = decodeTopic(message.root, message.topic);
  note('foreign_identity', `expected the topic's own device, got ${printable(got, MAX_IDENTITY)}`);
  return { rejects, ...(claimed === undefined ? {} : { claimed }) };
}
