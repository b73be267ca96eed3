import { gradeFrom, isArea, regrade } from './area-grade.ts';
import { ancestors, type Board, markCritical, policyMs } from './board.ts';
import { endIncident } from './ending.ts';
import { type IncidentRecord, isOpen, isOut, siteOf } from './record.ts';
import { isRecovering } from './recovery.ts';
import { isQueue, queueArea } from './site-states.ts';

const REGION_SITES = 3;
/** From this share of a region's sites on, it is the region that is out. */
const CONFIRMED_SHARE = 0.3;

/** Looks at the regions and queues of the sites of which something changed, then at all of them together. */
export function assessAreas(board: Board, now: number): void {
  while (board.moved.size + board.areas.size > 0) {
    const places = [...board.moved].map(({ place }) => place);
    const areas = [
      ...board.areas,
      ...places.flatMap(({ region }) => region ?? []),
      ...places.flatMap(({ queue }) => (queue === undefined ? [] : queueArea(queue))),
    ];
    board.moved.clear();
    board.areas.clear();
    const [queues, regions] = [areas.filter(isQueue), areas.filter((area) => !isQueue(area))];
    for (const region of new Set(regions)) assessArea(board, region, true, now);
    for (const queue of new Set(queues)) assessArea(board, queue, false, now);
    assessWideArea(board, now);
  }
}

/** Looks at all that is open above sites, also where no site stands in the area any more. */
export function reviewAreas(board: Board, now: number): void {
  for (const { incident } of board.log.opened()) {
    if (incident.region !== undefined) board.areas.add(incident.region);
  }
  assessAreas(board, now);
  assessWideArea(board, now);
}

/** A queue is looked at when one of its sites is about to be told of: until then its region may qualify. */
export function assessQueues(board: Board, now: number): void {
  const queues = new Set<string>();
  for (const record of board.log.opened()) {
    const { dueAt, told } = record.memory;
    if (!isOut(record) || told !== undefined || now < dueAt) continue;
    if (record.incident.parentId !== undefined) continue;
    const queue = board.sites.get(siteOf(record))?.place.queue;
    if (queue !== undefined) queues.add(queueArea(queue));
  }
  for (const area of queues) assessArea(board, area, true, now);
}

function assessArea(board: Board, area: string, mayOpen: boolean, now: number): void {
  const windowMs = policyMs(board, 'regionWindow');
  const below = powerOf(board, area).filter((record) => isFreeFor(board, record, area));
  const open = board.log.openOf('region', area);
  const isStillOut = (one: IncidentRecord) => isOut(one) && !isRecovering(board, one);
  const isSearched = mayOpen && open === undefined;
  const run = isSearched ? longestRun(below.filter(isStillOut), windowMs) : [];
  const least = !isQueue(area) && board.sites.witnesses(area) === 2 ? 2 : REGION_SITES;
  const parent = open ?? (run.length >= least ? openArea(board, area, run, now) : undefined);
  if (parent !== undefined) {
    takeIn(board, parent, below, windowMs, now);
    addSitesOf(board, parent, now);
    const witnesses = board.sites.witnesses(area);
    const isMost = witnesses > 0 && parent.sites.size / witnesses >= CONFIRMED_SHARE;
    if (isMost) board.log.confirm(parent, now);
    regrade(board, parent, now);
    endWhereOver(board, parent, now);
  }
  const isActive = isOpen(parent);
  board.conditions.set(
    'REGIONAL_OUTAGE',
    { site: '*', region: area },
    isActive
      ? { truth: 'active', reason: 'region_without_mains' }
      : { truth: 'inactive', reason: 'region_with_mains' },
  );
}

function powerOf(board: Board, area: string): IncidentRecord[] {
  return [...board.sites.area(area)].flatMap(({ site }) => board.log.openOf('power', site) ?? []);
}

/**
 * A region takes its sites out of a wide area's incident, or a queue's, into its own; a queue takes those
 * left alone.
 */
function isFreeFor(board: Board, record: IncidentRecord, area: string): boolean {
  const parent = board.log.parentOf(record);
  if (parent === undefined) return true;
  return !isQueue(area) && (parent.memory.scope === 'wide_area' || isQueue(parent.incident.region));
}

/** The most incidents whose begins follow one another within the window. */
function longestRun(records: readonly IncidentRecord[], windowMs: number): IncidentRecord[] {
  const sorted = records.toSorted((a, b) => a.memory.startedAt - b.memory.startedAt);
  let longest: IncidentRecord[] = [];
  let run: IncidentRecord[] = [];
  for (const record of sorted) {
    const last = run.at(-1)?.memory.startedAt ?? record.memory.startedAt;
    run = record.memory.startedAt - last <= windowMs ? [...run, record] : [record];
    if (run.length > longest.length) longest = run;
  }
  return longest;
}

function openArea(
  board: Board,
  area: string,
  run: readonly IncidentRecord[],
  now: number,
): IncidentRecord {
  const share = run.length / board.sites.witnesses(area);
  return openParent(
    board,
    {
      scope: 'region',
      subject: area,
      class: 'region',
      region: area,
      isConfirmed: share >= CONFIRMED_SHARE,
    },
    run,
    now,
  );
}

type ParentKind =
  | { scope: 'region'; subject: string; class: 'region'; region: string; isConfirmed: boolean }
  | { scope: 'wide_area'; subject: ''; class: 'wide_area'; isConfirmed: true };

/** The group wait goes on from the earliest of those that nobody was told of. */
function openParent(
  board: Board,
  kind: ParentKind,
  children: readonly IncidentRecord[],
  now: number,
): IncidentRecord {
  const untold = children.filter(({ memory }) => memory.told === undefined);
  const dueAt = Math.min(
    now + policyMs(board, 'groupWait'),
    ...untold.map(({ memory }) => memory.dueAt),
  );
  const { slotEndsAt, ...grade } = gradeFrom(children);
  const parent = board.log.begin(
    {
      ...kind,
      ...grade,
      sites: [...new Set(children.flatMap(({ incident }) => incident.sites))],
      startedAt: Math.min(...children.map(({ memory }) => memory.startedAt)),
      dueAt,
    },
    now,
  );
  if (slotEndsAt !== undefined) parent.incident.slotEndsAt = slotEndsAt;
  for (const child of children) absorb(board, parent, child, now);
  return parent;
}

function absorb(board: Board, parent: IncidentRecord, child: IncidentRecord, now: number): void {
  board.log.absorb(parent, child, now);
  for (const { memory } of [parent, ...ancestors(board, parent)]) {
    memory.startedAt = Math.min(memory.startedAt, child.memory.startedAt);
    memory.lastStartAt = Math.max(memory.lastStartAt, child.memory.lastStartAt);
  }
  for (const site of child.memory.criticalSites) markCritical(board, child, site, now);
  if (isOut(child) && hasEndedAt(board, parent, siteOf(child))) {
    board.log.addSite(parent, siteOf(child), now);
  }
}

/** The site had been out before, and was restored. */
function hasEndedAt({ log }: Board, parent: IncidentRecord, site: string): boolean {
  return log.childrenOf(parent).some((child) => !isOpen(child) && siteOf(child) === site);
}

/** What began from the window before the first of it on joins it, and may widen what joins; a device alone until the window after. */
function takeIn(
  board: Board,
  parent: IncidentRecord,
  candidates: readonly IncidentRecord[],
  windowMs: number,
  now: number,
): void {
  for (let isWider = true; isWider; ) {
    const { startedAt, lastStartAt } = parent.memory;
    const joining = candidates.filter((one) => {
      if (one.incident.parentId === parent.incident.id) return false;
      const at = one.memory.startedAt;
      const isLate = !isOut(one) && at > lastStartAt + windowMs;
      return at >= startedAt - windowMs && !isLate;
    });
    for (const one of joining) absorb(board, parent, one, now);
    isWider = joining.length > 0;
  }
}

/** Its sites and those of what it covers, on all levels. */
function addSitesOf(board: Board, parent: IncidentRecord, now: number): void {
  for (const child of board.log.childrenOf(parent)) {
    if (!isOut(child) && !isArea(child)) continue;
    for (const site of child.incident.sites) {
      for (const one of [parent, ...ancestors(board, parent)]) {
        if (!one.sites.has(site)) board.log.addSite(one, site, now);
      }
    }
  }
}

function endWhereOver(board: Board, parent: IncidentRecord, now: number): void {
  if (board.log.childrenOf(parent).every((child) => !isOpen(child))) {
    endIncident(board, parent, now);
  }
}

function assessWideArea(board: Board, now: number): void {
  const windowMs = policyMs(board, 'regionWindow');
  const opened = [...board.log.opened()];
  const units = opened.filter((record) => isUnit(board, record) && !isRecovering(board, record));
  const run = longestRun(units, windowMs);
  const open = board.log.openOf('wide_area', '');
  const kind = { scope: 'wide_area', subject: '', class: 'wide_area', isConfirmed: true } as const;
  const parent = open ?? (run.length > 1 ? openParent(board, kind, run, now) : undefined);
  if (parent !== undefined) {
    takeInNear(board, parent, windowMs, now);
    addSitesOf(board, parent, now);
    regrade(board, parent, now);
    endWhereOver(board, parent, now);
  }
  board.conditions.set(
    'WIDE_AREA_OUTAGE',
    { site: '*' },
    isOpen(parent)
      ? { truth: 'active', reason: 'regions_without_mains' }
      : { truth: 'inactive', reason: 'regions_with_mains' },
  );
}

/** A region's incident, or the only site of a region, without mains. */
function isUnit(board: Board, record: IncidentRecord): boolean {
  if (record.incident.parentId !== undefined) return false;
  if (record.memory.scope === 'region') return !isQueue(record.incident.region);
  const region = board.sites.get(siteOf(record))?.place.region;
  return isOut(record) && region !== undefined && board.sites.witnesses(region) === 1;
}

/** Regions, queues and sites left alone join while they begin within the window of what it has. */
function takeInNear(board: Board, parent: IncidentRecord, windowMs: number, now: number): void {
  for (let isWider = true; isWider; ) {
    const { startedAt, lastStartAt } = parent.memory;
    const joining = [...board.log.opened()].filter(
      (one) =>
        one.incident.parentId === undefined &&
        (isOut(one) || one.memory.scope === 'region') &&
        one.memory.startedAt >= startedAt - windowMs &&
        one.memory.startedAt <= lastStartAt + windowMs,
    );
    for (const one of joining) absorb(board, parent, one, now);
    isWider = joining.length > 0;
  }
}
