import type { AlarmChange } from '../contract/alarm.ts';
import { type AlarmBook, alarmOf } from '../domain/alarm/book.ts';
import { applyCondition, assignIncident, suppress, unsuppress } from '../domain/alarm/engine.ts';
import type { RuleBook } from '../domain/alarm/rule.ts';
import type { Correlator } from '../domain/incident/correlator.ts';
import { EntryDraft } from './entry-draft.ts';

/** A condition may hide an alarm whose end changes a condition, and so on: no chain is longer than this. */
const ROUNDS = 5;

interface ConsequencesOptions {
  correlator: Correlator;
  /** As they are now: a start and a new configuration put others in their place. */
  book(): AlarmBook;
  rules(): RuleBook;
}

/** Where changes of alarms and facts lead: to incidents, to alarms of sites and regions, to what those hide. */
export class Consequences {
  readonly #options: ConsequencesOptions;
  draft = new EntryDraft();

  constructor(options: ConsequencesOptions) {
    this.#options = options;
  }

  /** Follows alarms that changed, and sites whose facts did, to incidents and to what those hide. */
  settle(changes: readonly AlarmChange[], sites: ReadonlySet<string>, now: number): void {
    let open = changes;
    // A site's alarms that change are looked at with its facts.
    const left = new Set(sites);
    for (const { alarm } of changes) left.delete(alarm.site);
    if (left.size > 0) this.#options.correlator.sitesChanged(left, now);
    for (let round = 0; round < ROUNDS; round++) {
      this.draft.addAlarms(open);
      if (open.length > 0) this.#join(open, now);
      const { conditions, suppressions, joined, remembered, ...rest } =
        this.#options.correlator.collect(now);
      for (const { alarmId, incidentId } of joined) this.#assign(alarmId, incidentId);
      this.draft.take(rest);
      this.draft.remember('incident', remembered);
      open = [
        ...conditions.flatMap(({ code, target, condition }) => {
          const rule = this.#options.rules().tuned(code, target.site);
          if (rule === undefined) return [];
          return applyCondition(this.#options.book(), rule, target, condition, now);
        }),
        ...suppressions.flatMap(({ alarmId, sourceId }) =>
          sourceId === undefined
            ? (unsuppress(this.#options.book(), alarmId, now) ?? [])
            : (suppress(this.#options.book(), alarmId, sourceId, now) ?? []),
        ),
      ];
      if (open.length === 0) return;
    }
    this.draft.addAlarms(open);
  }

  #join(changes: readonly AlarmChange[], now: number): void {
    for (const [alarmId, incidentId] of this.#options.correlator.alarmsChanged(changes, now)) {
      this.#assign(alarmId, incidentId);
    }
  }

  #assign(alarmId: string, incidentId: string): void {
    if (alarmOf(this.#options.book(), alarmId)?.incidentId === incidentId) return;
    const patched = assignIncident(this.#options.book(), alarmId, incidentId);
    if (patched !== undefined) this.draft.patchAlarm(patched);
  }
}
