import type { Alarm } from '../../../../src/contract/alarm.ts';
import type { Device, Site } from '../../../../src/contract/device.ts';
import type { Incident } from '../../../../src/contract/incident.ts';
import type { Frame, Platform, Snapshot } from '../../../../src/contract/live.ts';

/** What the page knows, and how far: `seqs` is the last applied `seq` of each room. */
export interface FeedState {
  readonly epoch?: string;
  readonly seqs: Readonly<Record<string, number>>;
  readonly sites: ReadonlyMap<string, Site>;
  /** By `deviceKey`. */
  readonly devices: ReadonlyMap<string, Device>;
  readonly alarms: ReadonlyMap<string, Alarm>;
  readonly incidents: ReadonlyMap<string, Incident>;
  /** How the monitor itself is. */
  readonly platform: Platform;
}

/** `gap`: frames are missing, or the room is unknown; the caller asks for a snapshot. */
export type FrameOutcome = 'applied' | 'duplicate' | 'gap';

export const EMPTY_FEED: FeedState = {
  seqs: {},
  sites: new Map(),
  devices: new Map(),
  alarms: new Map(),
  incidents: new Map(),
  platform: {},
};

const EVERY_ROOM = '*';

/** A device is unique within its site only. */
export function deviceKey(site: string, id: string): string {
  return `${site}/${id}`;
}

const siteKey = (site: Site) => site.id;
const keyOfDevice = (device: Device) => deviceKey(device.site, device.id);
const idOf = (item: { id: string }) => item.id;

function merged<T>(
  known: ReadonlyMap<string, T>,
  changed: readonly T[] | undefined,
  keyOf: (item: T) => string,
): ReadonlyMap<string, T> {
  if (changed === undefined || changed.length === 0) return known;
  const next = new Map(known);
  for (const item of changed) next.set(keyOf(item), item);
  return next;
}

function without<T>(
  known: ReadonlyMap<string, T>,
  isOfRoom: (item: T) => boolean,
): ReadonlyMap<string, T> {
  return new Map([...known].filter(([, item]) => !isOfRoom(item)));
}

/** What stays when a snapshot replaces its room: nothing for `*`, the other sites for a site. */
function outsideRoom(state: FeedState, room: string): FeedState {
  if (room === EVERY_ROOM) return EMPTY_FEED;
  return {
    ...state,
    sites: without(state.sites, (site) => site.id === room),
    devices: without(state.devices, (device) => device.site === room),
    alarms: without(state.alarms, (alarm) => alarm.site === room),
    incidents: without(state.incidents, (incident) => incident.sites.includes(room)),
  };
}

/** Replaces what is known of the room. One of the same epoch that is older than that is ignored. */
export function applySnapshot(state: FeedState, snapshot: Snapshot): FeedState {
  const isSameEpoch = state.epoch === snapshot.epoch;
  const known = isSameEpoch ? state.seqs[snapshot.room] : undefined;
  if (known !== undefined && snapshot.seq < known) return state;
  const base = isSameEpoch ? outsideRoom(state, snapshot.room) : EMPTY_FEED;
  return {
    epoch: snapshot.epoch,
    seqs: { ...(isSameEpoch ? state.seqs : {}), [snapshot.room]: snapshot.seq },
    sites: merged(base.sites, snapshot.sites, siteKey),
    devices: merged(base.devices, snapshot.devices, keyOfDevice),
    alarms: merged(base.alarms, snapshot.alarms, idOf),
    incidents: merged(base.incidents, snapshot.incidents, idOf),
    platform: snapshot.platform,
  };
}

/** Applies the next frame of its room; a repeated one changes nothing, one after a gap neither. */
export function applyFrame(
  state: FeedState,
  frame: Frame,
): { state: FeedState; outcome: FrameOutcome } {
  const known = state.seqs[frame.room];
  if (known !== undefined && frame.seq <= known) return { state, outcome: 'duplicate' };
  if (known === undefined || frame.seq > known + 1) return { state, outcome: 'gap' };
  return {
    outcome: 'applied',
    state: {
      ...state,
      seqs: { ...state.seqs, [frame.room]: frame.seq },
      sites: merged(state.sites, frame.sites, siteKey),
      devices: merged(state.devices, frame.devices, keyOfDevice),
      alarms: merged(state.alarms, frame.alarms, idOf),
      incidents: merged(state.incidents, frame.incidents, idOf),
      platform: frame.platform ?? state.platform,
    },
  };
}
