import { batch, computed, signal } from '@preact/signals';
import type { Frame, Snapshot } from '../../../../src/contract/live.ts';
import { language } from '../language.ts';
import { activeAlarms, hiddenAlarms } from '../view/alarm-list.ts';
import { openIncidents } from '../view/incident-list.ts';
import { type SiteView, siteViews } from '../view/site-view.ts';
import { applyFrame, applySnapshot, EMPTY_FEED, type FrameOutcome } from './apply.ts';

export type Link = 'connecting' | 'connected' | 'disconnected' | 'refused';

/** Without a frame for so long nothing on the page may pass for the present. */
const SILENCE_MS = 10_000;
const TICK_MS = 1000;

export const feed = signal(EMPTY_FEED);
export const link = signal<Link>('connecting');

/** The page's own clock when the last snapshot or frame came; 0 before the first. */
export const heardAt = signal(0);
const openedAt = signal(Date.now());
const pageNow = signal(openedAt.peek());
/** Server's clock minus the page's clock. */
const clockOffsetMs = signal(0);

/** The server's time as the page knows it, in steps of a second and at every frame. */
export const now = computed(() => pageNow.value + clockOffsetMs.value);

export const silentSeconds = computed(() =>
  Math.max(0, Math.floor((pageNow.value - (heardAt.value || openedAt.value)) / 1000)),
);
export const isSilent = computed(
  () => pageNow.value - (heardAt.value || openedAt.value) >= SILENCE_MS,
);
export const hasSnapshot = computed(() => feed.value.epoch !== undefined);

export const alarms = computed(() => activeAlarms(feed.value.alarms.values()));
export const hidden = computed(() => hiddenAlarms(feed.value.alarms.values()));
export const incidents = computed(() => openIncidents(feed.value.incidents));

let shown: readonly SiteView[] = [];
export const sites = computed(() => {
  const views = siteViews(feed.value, {
    nowMs: now.value,
    language: language.value,
    previous: shown,
  });
  shown = views;
  return views;
});

function heard(serverTime: number): void {
  const at = Date.now();
  heardAt.value = at;
  pageNow.value = at;
  clockOffsetMs.value = serverTime - at;
}

/** The server's clock, from an answer over HTTP: while no feed tells it. */
export function noteServerTime(ms: number): void {
  if (hasSnapshot.peek()) return;
  pageNow.value = Date.now();
  clockOffsetMs.value = ms - Date.now();
}

/** Forgets everything that the feed has told. */
export function clearFeed(): void {
  batch(() => {
    feed.value = EMPTY_FEED;
    heardAt.value = 0;
    openedAt.value = Date.now();
    link.value = 'connecting';
  });
  shown = [];
  // A computed signal that nobody reads keeps its last value.
  for (const kept of [alarms, hidden, incidents, sites]) kept.peek();
}

export function takeSnapshot(snapshot: Snapshot): void {
  feed.value = applySnapshot(feed.peek(), snapshot);
  heard(snapshot.serverTime);
}

export function takeFrame(frame: Frame): FrameOutcome {
  const { state, outcome } = applyFrame(feed.peek(), frame);
  if (outcome === 'gap') return outcome;
  feed.value = state;
  heard(frame.serverTime);
  return outcome;
}

/** Starts the page's clock, by which values age. */
export function startClock(): void {
  setInterval(() => {
    pageNow.value = Date.now();
  }, TICK_MS);
}
