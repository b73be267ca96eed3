import type { Board } from './board.ts';
import { WARM_UP_MS } from './power-incident.ts';
import type { SiteState } from './site-states.ts';
import type { Silence } from './site-summary.ts';

/** More than this share of the sites silent together is a fault of ours, of so many sites at least. */
const PLATFORM_SHARE = 0.8;
const PLATFORM_SITES = 3;

/** Counts the site's silence, and says whether communication or power is what is lost. */
export function assessSilence(board: Board, state: SiteState, now: number): void {
  const wasSuspected = isPlatformSuspected(board);
  board.sites.setSilence(state, silenceNow(board, state, now));
  sayOfSite(board, state, now);
  sayOfPlatform(board);
  if (wasSuspected !== isPlatformSuspected(board)) sayOfDarkSites(board, now);
}

/** Time alone makes a site silent that was never heard, and lets a dark site be told of at last. */
export function tickSilence(board: Board, now: number): void {
  if (board.sites.silences().unheard > 0 && now - board.startedAt >= WARM_UP_MS) {
    for (const state of board.sites.all()) {
      if (state.silence === 'unheard') assessSilence(board, state, now);
    }
  }
  if (isPlatformSuspected(board)) sayOfDarkSites(board, now);
}

function silenceNow({ startedAt }: Board, state: SiteState, now: number): Silence {
  const { isAnyAwaited, isEverySilent } = state.summary;
  if (!isAnyAwaited) return 'none';
  if (!isEverySilent) state.isHeard = true;
  if (!isEverySilent) return 'heard';
  return state.isHeard || now - startedAt >= WARM_UP_MS ? 'silent' : 'unheard';
}

function isPlatformSuspected({ sites }: Board): boolean {
  const { heard, silent, unheard } = sites.silences();
  const all = heard + silent + unheard;
  return all >= PLATFORM_SITES && silent > PLATFORM_SHARE * all;
}

function sayOfPlatform(board: Board): void {
  const { heard, silent, unheard } = board.sites.silences();
  const all = heard + silent + unheard;
  const mayBe = all >= PLATFORM_SITES && silent + unheard > PLATFORM_SHARE * all;
  const target = { site: '*' };
  if (isPlatformSuspected(board)) {
    const condition = { truth: 'active', reason: 'sites_silent_together' } as const;
    board.conditions.set('PLATFORM_FAULT', target, condition);
  } else if (mayBe) {
    board.conditions.set('PLATFORM_FAULT', target, { truth: 'unknown' });
  } else {
    const condition = { truth: 'inactive', reason: 'sites_heard_again' } as const;
    board.conditions.set('PLATFORM_FAULT', target, condition);
  }
}

function sayOfDarkSites(board: Board, now: number): void {
  for (const state of board.sites.all()) {
    if (state.silence === 'silent' && state.summary.wasOnBattery) sayOfSite(board, state, now);
  }
}

function sayOfSite(board: Board, state: SiteState, now: number): void {
  const { site, silence, summary } = state;
  const { conditions } = board;
  if (silence === 'unheard') {
    conditions.set('COMMS_LOSS', { site }, { truth: 'unknown' });
    conditions.set('SITE_DARK', { site }, { truth: 'unknown' });
    return;
  }
  if (silence !== 'silent') {
    const reason = silence === 'none' ? 'silence_expected' : 'site_heard_again';
    conditions.set('COMMS_LOSS', { site }, { truth: 'inactive', reason });
    conditions.set('SITE_DARK', { site }, { truth: 'inactive', reason });
    return;
  }
  if (summary.wasOnBattery) {
    const reason = 'site_silent_on_battery';
    conditions.set('COMMS_LOSS', { site }, { truth: 'inactive', reason });
    sayDark(board, state, now);
    return;
  }
  conditions.set('COMMS_LOSS', { site }, { truth: 'active', reason: 'site_silent' });
  conditions.set('SITE_DARK', { site }, { truth: 'inactive', reason: 'site_silent' });
}

/** Where nearly all are silent, our own ears are doubted until the battery must be empty. */
function sayDark(board: Board, { site, summary }: SiteState, now: number): void {
  const { exhaustedAt } = summary;
  const isDoubted = isPlatformSuspected(board) && (exhaustedAt === undefined || now < exhaustedAt);
  if (!isDoubted) {
    const condition = { truth: 'active', reason: 'site_silent_on_battery' } as const;
    board.conditions.set('SITE_DARK', { site }, condition);
  } else if (board.book.isActive(site, `${site}.SITE_DARK`)) {
    board.conditions.set('SITE_DARK', { site }, { truth: 'unknown' });
  } else {
    const condition = { truth: 'inactive', reason: 'sites_silent_together' } as const;
    board.conditions.set('SITE_DARK', { site }, condition);
  }
}
