import type { FastifyInstance } from 'fastify';
import {
  ANSWERS,
  dispatchQuerySchema,
  outagesQuerySchema,
  spanQuerySchema,
} from '../../../contract/http.ts';
import type { Outage, ScannerShare } from '../../../contract/outage.ts';
import { SvitloError } from '../../../errors.ts';
import { toCsv } from '../csv.ts';
import { addRoute } from '../route.ts';

const SUMMARY_MS = 30 * 24 * 3_600_000;

const HEADER = [
  'id',
  'site',
  'startedAt',
  'endedAt',
  'seconds',
  'duration',
  'cause',
  'evidence',
  'incidentId',
  'coverage',
  'isLate',
  'generatorSeconds',
  'upsScannerSeconds',
  'generatorScannerSeconds',
  'offScannerSeconds',
  'plannedOffScannerSeconds',
  'unseenScannerSeconds',
];

/** The ledger of interruptions, what it says in sum, and where to send a generator. */
export function addOutageRoutes(server: FastifyInstance): void {
  const get = { method: 'GET', needs: 'see' } as const;
  addRoute(server, {
    ...get,
    url: '/outages',
    summary: 'Interruptions of the mains by begin, oldest first, as JSON or CSV (RFC 4180)',
    query: outagesQuerySchema,
    answer: ANSWERS.outages,
    orAs: 'text/csv',
    handle: async ({ query: { site, from, to, format }, service: { queries } }, reply) => {
      const outages = await queries.outages({
        ...(site === undefined ? {} : { site }),
        ...spanOf(from, to),
      });
      if (format === 'json') return outages;
      reply.type('text/csv; charset=utf-8');
      reply.header('content-disposition', 'attachment; filename="outages.csv"');
      return toCsv(HEADER, outages.map(rowOf));
    },
  });
  addRoute(server, {
    ...get,
    needs: 'report',
    url: '/outages/summary',
    summary:
      'Scanner time saved by donor and IEEE 1366 indices by site; the last 30 days unless told',
    query: spanQuerySchema,
    answer: ANSWERS.outageSummary,
    handle: ({ query: { from, to }, service: { queries } }) => {
      const { toMs = queries.now(), fromMs = toMs - SUMMARY_MS } = spanOf(from, to);
      refuseEmpty(fromMs, toMs);
      return queries.outageSummary({ fromMs, toMs });
    },
  });
  addRoute(server, {
    ...get,
    url: '/dispatch',
    summary: 'Sites that a mobile generator could be sent to, the most urgent first',
    query: dispatchQuerySchema,
    answer: ANSWERS.dispatch,
    handle: ({ query: { generator }, service: { queries } }) => {
      const ranked = queries.dispatch(generator);
      if (ranked === undefined) throw new SvitloError('SVT_NOT_FOUND', `no generator ${generator}`);
      return ranked;
    },
  });
}

function spanOf(from: string | undefined, to: string | undefined) {
  const span = {
    ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
    ...(to === undefined ? {} : { toMs: Date.parse(to) }),
  };
  if (span.fromMs !== undefined && span.toMs !== undefined) refuseEmpty(span.fromMs, span.toMs);
  return span;
}

function refuseEmpty(fromMs: number, toMs: number): void {
  if (fromMs >= toMs) throw new SvitloError('SVT_BAD_REQUEST', 'expected from before to');
}

function rowOf(outage: Outage) {
  const { startedAt, endedAt, scanners } = outage;
  const sum = (part: keyof Omit<ScannerShare, 'device' | 'donor'>) =>
    scanners.reduce((seconds, share) => seconds + share[part], 0);
  return [
    outage.id,
    outage.site,
    new Date(startedAt).toISOString(),
    endedAt === undefined ? undefined : new Date(endedAt).toISOString(),
    endedAt === undefined ? undefined : (endedAt - startedAt) / 1000,
    outage.duration,
    outage.cause,
    outage.evidence.join(' '),
    outage.incidentId,
    outage.coverage,
    outage.isLate,
    outage.generatorSeconds,
    sum('upsSeconds'),
    sum('generatorSeconds'),
    sum('offSeconds'),
    sum('plannedOffSeconds'),
    sum('unseenSeconds'),
  ];
}
