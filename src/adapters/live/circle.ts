import { randomUUID } from 'node:crypto';
import type { Scope } from '../../contract/access.ts';
import type { Incident } from '../../contract/incident.ts';
import { scopeKey } from '../../domain/access/scope.ts';
import { incidentSeen, type Places, type Sight, sightOf } from '../../domain/access/sight.ts';
import type { Queries } from '../../ports.ts';
import type { Room } from './room.ts';

/** A circle that nobody watches is kept for so long, for those who come back (ms). */
const KEPT_MS = 60_000;

/** Somebody with limits: what the rooms of all who have the same ones are filled from. */
export interface Viewer {
  scope: Scope;
  /** As they are now: they hold until the topology changes. */
  queries(): Queries;
}

/** The rooms of watchers with the same limits: nothing that is foreign to them is ever in one. */
export class Circle {
  readonly key: string;
  /** Of its own: the numbers of another circle's frames say nothing here. */
  readonly epoch = randomUUID();
  readonly rooms = new Map<string, Room>();
  readonly #viewer: Viewer;
  /** All sites, foreign ones too: whether a region is covered as a whole depends on them. */
  readonly #everywhere: Places;
  /** Incidents that its watchers hold as open. */
  readonly #shown = new Set<string>();
  #queries: Queries;
  #sight: Sight;
  #unwatchedSince: number | undefined;

  constructor(viewer: Viewer, everywhere: Places) {
    this.key = scopeKey(viewer.scope);
    this.#viewer = viewer;
    this.#everywhere = everywhere;
    this.#queries = viewer.queries();
    this.#sight = sightOf(viewer.scope, everywhere);
  }

  get queries(): Queries {
    return this.#queries;
  }

  get sight(): Sight {
    return this.#sight;
  }

  /** After a change of the topology. */
  renew(): void {
    this.#queries = this.#viewer.queries();
    this.#sight = sightOf(this.#viewer.scope, this.#everywhere);
  }

  /** The room of a covered site and that of everything, those of them that are open. */
  roomsOf(site: string): Room[] {
    return ['*', site].flatMap((name) => this.rooms.get(name) ?? []);
  }

  /** Its watchers are shown these. */
  show(incidents: readonly Incident[]): void {
    for (const { id, state } of incidents) {
      if (state === 'resolved') this.#shown.delete(id);
      else this.#shown.add(id);
    }
  }

  /** As its watchers are to see it: `gone` where they hold it as open and may see it no more. */
  seen(incident: Incident): Incident | 'gone' | undefined {
    const shown = incidentSeen(incident, this.#sight);
    if (shown !== undefined) {
      this.show([shown]);
      return shown;
    }
    return this.#shown.delete(incident.id) ? 'gone' : undefined;
  }

  /** Whether nobody has watched for so long that it may be given up. */
  isLeft(isWatched: (room: Room) => boolean, now: number): boolean {
    if ([...this.rooms.values()].some(isWatched)) {
      this.#unwatchedSince = undefined;
      return false;
    }
    this.#unwatchedSince = Math.min(now, this.#unwatchedSince ?? now);
    return now - this.#unwatchedSince > KEPT_MS;
  }

  stop(): void {
    for (const room of this.rooms.values()) room.stopTimers();
  }
}
