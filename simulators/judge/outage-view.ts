import { type JudgeView, timeIfGiven, timeOf } from './view.ts';

/** A row of the monitor's ledger (times in ms since 1970 UTC). */
export interface SeenOutage {
  id: string;
  site: string;
  startedAt: number;
  endedAt?: number;
  coverage: number;
}

interface OutageAnswer {
  id: string;
  site: string;
  startedAt: string;
  endedAt?: string;
  coverage: number;
}

/** The whole ledger, over HTTP. */
export async function readOutages(view: JudgeView): Promise<SeenOutage[]> {
  const answers = await view.get<OutageAnswer[]>('/api/v1/outages');
  return answers.map(({ id, site, startedAt, endedAt, coverage }) => ({
    id,
    site,
    startedAt: timeOf(startedAt),
    ...timeIfGiven('endedAt', endedAt),
    coverage,
  }));
}
