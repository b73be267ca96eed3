import { z } from 'zod';

/** What is written last: a folder without it is no backup. */
export const MANIFEST = 'manifest.json';
export const MANIFEST_FORMAT = 1;

/** Where the time series stand; never with a user or password. */
export const storePlaceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('embedded') }),
  z.object({ kind: z.literal('influx'), origin: z.string(), database: z.string() }),
]);
export type StorePlace = z.infer<typeof storePlaceSchema>;

/** By `SVITLO_INFLUX_URL`, as the monitor reads it. */
export function storePlaceOf(influxUrl: string | undefined): StorePlace {
  if (influxUrl === undefined) return { kind: 'embedded' };
  const { protocol, hostname, port, pathname } = new URL(influxUrl);
  const database = decodeURIComponent(pathname.slice(1)) || 'svitlo';
  return { kind: 'influx', origin: `${protocol}//${hostname}:${port || 8086}`, database };
}

/** A path inside the backup with `/` between its names, none of which leads out of it. */
const insidePathSchema = z
  .string()
  .min(1)
  .refine(
    (path) => !/[\\\0]/.test(path) && path.split('/').every((name) => !/^\.{0,2}$/.test(name)),
    'expected a path inside the backup',
  );

/** `manifest.json` of a backup; times in ms since 1970 UTC. */
export const manifestSchema = z.object({
  format: z.literal(MANIFEST_FORMAT),
  /** The version of Svitlo that made it. */
  svitlo: z.string(),
  begunAt: z.number(),
  endedAt: z.number(),
  store: storePlaceSchema,
  /** `PRAGMA user_version` of each SQLite file. */
  schemas: z.record(z.string(), z.int()),
  /** Where the audit's chain ended. */
  audit: z.object({ rows: z.int(), hash: z.string() }).optional(),
  files: z.array(
    z.object({
      path: insidePathSchema,
      /** Bytes. */
      size: z.int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestFile = Manifest['files'][number];

/** What is asked at the control socket: one JSON a line, one answer a line. */
export const controlRequestSchema = z.object({ command: z.enum(['status', 'hold', 'release']) });
export type ControlRequest = z.infer<typeof controlRequestSchema>;

export const controlAnswerSchema = z.object({
  isOk: z.boolean(),
  store: storePlaceSchema.optional(),
  reason: z.string().optional(),
});
export type ControlAnswer = z.infer<typeof controlAnswerSchema>;
