import type { AlarmCode } from '../../contract/alarm.ts';
import type { Condition, ConditionChange, Target } from './record.ts';

/** The truth of the alarms that the correlation decides; only what changes is handed on. */
export class Conditions {
  readonly #last = new Map<string, string>();
  #changes: ConditionChange[] = [];

  set(code: AlarmCode, target: Target, condition: Condition): void {
    const key = `${target.site} ${target.region ?? ''} ${code}`;
    const said =
      condition.truth === 'unknown' ? 'unknown' : `${condition.truth} ${condition.reason}`;
    if (this.#last.get(key) === said) return;
    this.#last.set(key, said);
    this.#changes.push({ code, target, condition });
  }

  /** Alarms may have been disabled and enabled again: everything is said anew. */
  forget(): void {
    this.#last.clear();
  }

  take(): ConditionChange[] {
    const taken = this.#changes;
    this.#changes = [];
    return taken;
  }
}
