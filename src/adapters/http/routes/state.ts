import type { FastifyInstance } from 'fastify';
import { ANSWERS, deviceParamsSchema, seriesQuerySchema } from '../../../contract/http.ts';
import { METRICS, numericMetricsOf } from '../../../contract/metric.ts';
import { SvitloError } from '../../../errors.ts';
import type { Queries, Trends } from '../../../ports.ts';
import { addRoute } from '../route.ts';

const HOUR_MS = 3_600_000;
/** A chart of more is a slip, and would be searched day by day. */
const LONGEST_MS = 20 * 366 * 24 * HOUR_MS;

/** Sites, devices, their series, the catalogue, rejects. */
export function addStateRoutes(server: FastifyInstance, trends: Trends): void {
  const find = (queries: Queries, site: string, device: string) => {
    const found = queries.device(site, device);
    if (found === undefined) throw new SvitloError('SVT_NOT_FOUND', `no device ${site}/${device}`);
    return found;
  };
  const get = { method: 'GET', needs: 'see' } as const;
  addRoute(server, {
    ...get,
    url: '/sites',
    summary: 'Sites and their live state',
    answer: ANSWERS.sites,
    handle: ({ service: { queries } }) => queries.sites(),
  });
  addRoute(server, {
    ...get,
    url: '/devices',
    summary: 'Devices and their live state',
    answer: ANSWERS.devices,
    handle: ({ service: { queries } }) => queries.devices(),
  });
  addRoute(server, {
    ...get,
    url: '/devices/:site/:device',
    summary: 'One device: last value of every metric with its time and quality',
    params: deviceParamsSchema,
    answer: ANSWERS.device,
    handle: ({ params, service: { queries } }) => find(queries, params.site, params.device),
  });
  addRoute(server, {
    ...get,
    url: '/devices/:site/:device/series',
    summary:
      'Min, mean, max and last of a metric in buckets, from raw points or a rollup; the last hour unless told',
    params: deviceParamsSchema,
    query: seriesQuerySchema,
    answer: ANSWERS.series,
    handle: async ({ params, query, service: { queries } }) => {
      const { kind } = find(queries, params.site, params.device);
      const metric = numericMetricsOf(kind).find(({ key }) => key === query.metric);
      if (metric === undefined) {
        throw new SvitloError(
          'SVT_BAD_REQUEST',
          `expected a numeric metric of ${kind}: /api/v1/metrics lists them`,
        );
      }
      const toMs = query.to === undefined ? Date.now() : Date.parse(query.to);
      const fromMs = query.from === undefined ? toMs - HOUR_MS : Date.parse(query.from);
      if (fromMs >= toMs) throw new SvitloError('SVT_BAD_REQUEST', 'expected from before to');
      if (toMs - fromMs > LONGEST_MS) {
        throw new SvitloError('SVT_BAD_REQUEST', 'expected a span of 20 years at the most');
      }
      const range = { metric: metric.key, fromMs, toMs, points: query.points };
      const { buckets, bucketMs, resolution } = await trends.trend({ kind, ...params, ...range });
      const bucketSeconds = bucketMs / 1000;
      return { metric: metric.key, unit: metric.unit, resolution, bucketSeconds, buckets };
    },
  });
  addRoute(server, {
    ...get,
    url: '/metrics',
    summary: 'The catalogue of metrics',
    answer: ANSWERS.metrics,
    handle: () => [...METRICS.values()],
  });
  addRoute(server, {
    ...get,
    url: '/regions',
    summary: 'Regions: the worst power source and freshness of their sites, and how many are out',
    answer: ANSWERS.regions,
    handle: ({ service: { queries } }) => queries.regions(),
  });
  addRoute(server, {
    ...get,
    url: '/rejects',
    summary: 'Newest rejected inputs, and how many by reason',
    answer: ANSWERS.rejects,
    handle: ({ service: { queries } }) => ({
      counts: queries.rejectCounts(),
      newest: queries.rejects(),
    }),
  });
  addRoute(server, {
    ...get,
    url: '/quarantine',
    summary: 'Newest points that the store refused for good, with its reason',
    answer: ANSWERS.quarantine,
    handle: ({ service: { queries } }) => queries.quarantined(),
  });
}
