import { type Check, find, type Installation, type Outcome, reasonOf } from './check.ts';

/** Runs a check to its end or its limit. What it opened meanwhile goes with this process. */
export async function runCheck(check: Check, place: Installation): Promise<Outcome> {
  const outcome: Outcome = { findings: [], notes: [] };
  const { timeoutSeconds: seconds } = check;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), seconds * 1000);
  });
  try {
    const ended = await Promise.race([Promise.resolve(check.run(place, outcome)), late]);
    // A copy: what the check still finds after its limit is not told twice or half.
    if (ended !== 'late') return outcome;
    const told = { findings: [...outcome.findings], notes: [...outcome.notes] };
    find(told, 'timed_out', { seconds });
    return told;
  } catch (error) {
    find(outcome, 'check_failed', { reason: reasonOf(error) });
    return outcome;
  } finally {
    clearTimeout(timer);
  }
}
