import { type Channel, channelSchema, ID_PATTERN, type Kind, kindSchema } from './kind.ts';

/** The parts of a topic `{root}/{site}/{kind}/{device}/{channel}`. */
export interface TopicParts {
  site: string;
  kind: Kind;
  device: string;
  channel: Channel;
}

export const PRODUCTION_ROOT = 'svitlo/v1';
export const SIMULATION_ROOT = 'svitlo-sim/v1';

const kinds: ReadonlySet<string> = new Set(kindSchema.options);
const channels: ReadonlySet<string> = new Set(channelSchema.options);

/** The subscription that covers every device under a root. */
export function topicFilter(root: string): string {
  return `${root}/+/+/+/+`;
}

export function encodeTopic(root: string, parts: TopicParts): string {
  return `${root}/${parts.site}/${parts.kind}/${parts.device}/${parts.channel}`;
}

/** Who a device is to a broker: its user name, or its certificate's common name, `site/kind/device`. */
export type DeviceParts = Omit<TopicParts, 'channel'>;

export function encodeIdentity({ site, kind, device }: DeviceParts): string {
  return `${site}/${kind}/${device}`;
}

/** The device that an identity is of, or `undefined` where it is no device's. */
export function decodeIdentity(identity: string): DeviceParts | undefined {
  const [site, kind, device, ...rest] = identity.split('/');
  if (rest.length > 0 || site === undefined || device === undefined) return undefined;
  if (!ID_PATTERN.test(site) || !ID_PATTERN.test(device) || !kinds.has(kind ?? ''))
    return undefined;
  return { site, kind: kind as Kind, device };
}

/** The parts of a topic under `root`, or `undefined` where it is off the pattern. */
export function decodeTopic(root: string, topic: string): TopicParts | undefined {
  if (!topic.startsWith(`${root}/`)) return undefined;
  const [site, kind, device, channel, ...rest] = topic.slice(root.length + 1).split('/');
  if (rest.length > 0 || site === undefined || device === undefined) return undefined;
  if (!ID_PATTERN.test(site) || !ID_PATTERN.test(device)) return undefined;
  if (!kinds.has(kind ?? '') || !channels.has(channel ?? '')) return undefined;
  return { site, kind: kind as Kind, device, channel: channel as Channel };
}
