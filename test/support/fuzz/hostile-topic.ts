import type { Random } from '../../../simulators/random.ts';
import { below, isBy, pick } from './pick.ts';

const ROOT = 'svitlo/v1';
const KINDS = ['ups', 'scanner', 'power'] as const;
/** Names that a careless program finds in an object that does not have them. */
const INHERITED = ['constructor', '__proto__', 'tostring', 'hasownproperty', 'prototype', 'length'];
const PARTS = ['', '.', '..', '+', '#', '$SYS', ' ', '-', '*', 'ups', 'телеметрія', '%2e%2e', '\0'];
const CHARACTERS = ['/', '+', '#', '\0', '\n', ' ', 'A', 'ї', '🙂', '\u202e', '\ud800', '\\', '"'];

/** A device's kind and the topic that it publishes under. */
export interface Address {
  kind: (typeof KINDS)[number];
  topic: string;
}

/** Mostly one of some devices that publish properly, seldom one that nobody heard of. */
export function address(random: Random): Address {
  const kind = pick(random, KINDS);
  const site = isBy(random, 0.02) ? pick(random, INHERITED) : `site-${below(random, 10)}`;
  const number = isBy(random, 0.01) ? below(random, 100_000) : below(random, 3);
  const device = isBy(random, 0.02) ? pick(random, INHERITED) : `${kind}-${number}`;
  const channel = isBy(random, 0.1) ? 'state' : 'telemetry';
  return { kind, topic: `${ROOT}/${site}/${kind}/${device}/${channel}` };
}

type Mutation = (topic: string, random: Random) => string;

const mutations: Mutation[] = [
  (topic, random) => {
    const at = below(random, topic.length);
    return topic.slice(0, at) + pick(random, CHARACTERS) + topic.slice(at + below(random, 2));
  },
  (topic, random) => {
    const parts = topic.split('/');
    parts[below(random, parts.length)] = pick(random, [...PARTS, ...INHERITED, ...KINDS]);
    return parts.join('/');
  },
  (topic, random) => {
    const parts = topic.split('/');
    parts.splice(below(random, parts.length), 1);
    return parts.join('/');
  },
  (topic, random) => `${topic}/${pick(random, PARTS)}`,
  (topic, random) => topic.slice(0, below(random, topic.length)),
  (topic, random) => topic.replace(/[^/]+$/, (end) => end.repeat(1 + below(random, 6000))),
  (topic) => topic.replace('site-', 's'.repeat(63)),
  (topic) => topic.replace('v1', 'v2'),
  (topic) => topic.toUpperCase(),
  (topic, random) => '/'.repeat(below(random, 500)) + topic,
  (topic, random) =>
    topic.replace(/\/(ups|scanner|power)\//, `/${pick(random, ['pump', ...KINDS])}/`),
];

export function mutateTopic(topic: string, random: Random): string {
  return pick(random, mutations)(topic, random);
}

/** Most that MQTT allows in a topic (bytes). */
const MAX_TOPIC_BYTES = 65_535;
/** What Mosquitto takes a client's connection away for, beside wildcards. */
const MAX_LEVELS = 200;
const CONTROL = /[\p{Cc}\p{Cs}\ufdd0-\ufdef\ufffe\uffff]/u;

/** Whether a broker takes a message with this topic, and passes it on to the monitor. */
export function isDelivered(topic: string): boolean {
  const levels = topic.split('/').length;
  const isAllowed = levels <= MAX_LEVELS && Buffer.byteLength(topic) <= MAX_TOPIC_BYTES;
  if (!isAllowed || /[+#]/.test(topic) || CONTROL.test(topic)) return false;
  return levels === 6 && topic.startsWith(`${ROOT}/`);
}
