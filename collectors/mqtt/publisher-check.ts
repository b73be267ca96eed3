import { decodeTopic } from '../../src/contract/topic.ts';
import type { Publish } from './publish-framer.ts';
import { userProperty } from './publish-properties.ts';

/** Whom the broker names in place of a message's own device; `undefined` where nothing is wrong. */
export type PublisherCheck = (publish: Publish, topic: string) => string | undefined;

/**
 * Compares a message's topic with the identity of its publisher, which the broker passes on in the user
 * property `property`. A publisher can add one of its own: where there are different ones, none counts.
 */
export function createPublisherCheck(root: string, property: string): PublisherCheck {
  const name = Buffer.from(property);
  return (publish, topic) => {
    const identity = userProperty(publish, name);
    if (typeof identity === 'string') {
      const own = `${root}/${identity}/`;
      const isOwn = topic === `${own}telemetry` || topic === `${own}state`;
      if (isOwn) return undefined;
    }
    // What is off the pattern is no device's: it is rejected as that.
    if (decodeTopic(root, topic) === undefined) return undefined;
    if (identity === undefined) return 'a message in which the broker names nobody';
    return identity ?? 'a message that names several or is malformed';
  };
}
