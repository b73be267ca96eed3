import { z } from 'zod';
import { roleSchema, scopeSchema } from './access.ts';
import { alarmCodeSchema, severitySchema } from './alarm.ts';
import { idSchema, kindSchema } from './kind.ts';
import { outageScheduleSchema, queueSchema } from './schedule.ts';
import { bilingualSchema, languageSchema } from './text.ts';
import { tuningFaults } from './tuning-check.ts';

const unitSeconds = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** `500ms`, `5s`, `8m`, `4h`, `30d` → seconds. */
export const durationSchema = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'expected a duration such as 5s, 8m or 4h')
  .transform((text) => {
    const [, amount, unit] = /^([\d.]+)(ms|s|m|h|d)$/.exec(text) ?? [];
    return Number(amount) * unitSeconds[(unit ?? 's') as keyof typeof unitSeconds];
  });

const unitBytes = { '': 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 } as const;

/** `8GB`, `256MB`, `4096` → bytes. */
export const sizeSchema = z
  .string()
  .regex(/^\d+(KB|MB|GB)?$/, 'expected a size such as 8GB, 256MB or a number of bytes')
  .transform((text) => {
    const [, amount, unit = ''] = /^(\d+)([KMG]B)?$/.exec(text) ?? [];
    return Number(amount) * unitBytes[unit as keyof typeof unitBytes];
  });

/** Without the keys that every object inherits: `constructor` is a lawful name of a site. */
function ownKeysOnly<T>(entries: Record<string, T>): Record<string, T> {
  return Object.assign(Object.create(null) as Record<string, T>, entries);
}

/** What a rule is tuned by; its own numbers stand where nothing is said. */
export const tuningSchema = z.strictObject({
  /** `false`: this alarm is not wanted here (suppressed by design). */
  enabled: z.boolean().optional(),
  /** In the unit of the rule's metric; `low` and `high` where it has two limits. */
  limit: z.number().optional(),
  low: z.number().optional(),
  high: z.number().optional(),
  deadband: z.number().min(0).optional(),
  onDelay: durationSchema.optional(),
  offDelay: durationSchema.optional(),
  severity: severitySchema.optional(),
});
export type Tuning = z.infer<typeof tuningSchema>;

const tuningsSchema = z.partialRecord(alarmCodeSchema, tuningSchema);
export type Tunings = z.infer<typeof tuningsSchema>;

/** A UPS that says `OL DISCHRG`: a quirk, an outage, or what its input voltage says. */
const dischargeOnMainsSchema = z.enum(['ignore', 'voltage', 'outage']);

export const deviceConfigSchema = z.strictObject({
  kind: kindSchema,
  thresholds: tuningsSchema.optional(),
  dischargeOnMains: dischargeOnMainsSchema.optional(),
  feed: idSchema.optional(),
  poweredBy: z.array(idSchema).optional(),
  interval: durationSchema.optional(),
  safeShutdown: durationSchema.optional(),
  mobile: z.boolean().optional(),
  donor: z.string().optional(),
  rated: z.record(z.string(), z.number()).optional(),
});
export type DeviceConfig = z.infer<typeof deviceConfigSchema>;

const siteShape = z.strictObject({
  name: bilingualSchema,
  region: z.string().optional(),
  lat: z.number().min(-90).max(90).optional(),
  lon: z.number().min(-180).max(180).optional(),
  queue: queueSchema.optional(),
  exempt: z.array(z.enum(['gpv', 'gav'])).optional(),
  connectionMinutes: z.number().min(0).optional(),
  thresholds: tuningsSchema.optional(),
  /** Of the socket that a mobile generator is connected to, and what it must carry (kW). */
  connector: z.string().optional(),
  loadKw: z.number().min(0).optional(),
  feeds: z.record(idSchema, z.strictObject({ generator: z.boolean().optional() })).optional(),
  devices: z.record(idSchema, deviceConfigSchema).default({}).transform(ownKeysOnly),
});
type SiteShape = z.infer<typeof siteShape>;

/** A name that leads nowhere would leave a scanner's power unknown for ever. */
function checkReferences({ devices, feeds = {} }: SiteShape, context: z.RefinementCtx): void {
  for (const [id, device] of Object.entries(devices)) {
    const refuse = (message: string, ...path: PropertyKey[]) =>
      context.addIssue({ code: 'custom', message, path: ['devices', id, ...path] });
    device.poweredBy?.forEach((source, index) => {
      if (devices[source]?.kind === 'ups') return;
      refuse(`${source} is not there: expected a ups of this site`, 'poweredBy', index);
    });
    if (device.feed === undefined || Object.hasOwn(feeds, device.feed)) continue;
    refuse(`${device.feed} is not there: expected one of this site's feeds`, 'feed');
  }
}

export const siteConfigSchema = siteShape.superRefine(checkReferences);
export type SiteConfig = z.infer<typeof siteConfigSchema>;

export const DEFAULT_TIMEZONE = 'Europe/Kyiv';

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const timezoneSchema = z
  .string()
  .refine(isTimezone, `expected a time zone of the IANA database such as ${DEFAULT_TIMEZONE}`);

const DAY_SECONDS = 86_400;

/** `30m` is half an hour, not 30 months: what deletes for good takes no duration under a day. */
const keptSchema = durationSchema.refine(
  (seconds) => seconds >= DAY_SECONDS,
  'expected 1d or more, such as 90d',
);

/** How long raw points and rollups are kept (seconds); what is left out is kept for ever. */
const retentionSchema = z
  .strictObject({
    raw: keptSchema.optional(),
    minute: keptSchema.optional(),
    hour: keptSchema.optional(),
  })
  .superRefine(({ raw = 0, minute, hour }, context) => {
    const refuse = (name: string, finer: string) =>
      context.addIssue({
        code: 'custom',
        message: `expected it no shorter than ${finer}`,
        path: [name],
      });
    if (minute !== undefined && minute < raw) refuse('minute', 'raw');
    if (hour !== undefined && hour < (minute ?? raw))
      refuse('hour', minute === undefined ? 'raw' : 'minute');
  });
export type Retention = z.infer<typeof retentionSchema>;

/** How what a UPS says is read (NUT upsmon's rules, with our times). */
const powerPolicySchema = z.strictObject({
  /** `OFF` counts only after this. */
  offDelay: durationSchema.prefault('30s'),
  /** A UPS that falls silent on battery is taken for critical after this, and 3 intervals. */
  commsGrace: durationSchema.prefault('15s'),
  calibrationLimit: durationSchema.prefault('3h'),
  selfTestLimit: durationSchema.prefault('5m'),
  dischargeOnMains: dischargeOnMainsSchema.default('voltage'),
});
export type PowerPolicy = z.infer<typeof powerPolicySchema>;

/** When devices make a site's outage, sites a region's, and when somebody is told. */
const incidentPolicySchema = z.strictObject({
  siteWindow: durationSchema.prefault('30s'),
  regionWindow: durationSchema.prefault('120s'),
  groupWait: durationSchema.prefault('10s'),
  updateEvery: durationSchema.prefault('5m'),
  holdAfterSource: durationSchema.prefault('60s'),
});
export type IncidentPolicy = z.infer<typeof incidentPolicySchema>;

/** A mobile generator that can be sent: where it stands, what it carries and how it is connected. */
export const generatorSchema = z.strictObject({
  name: bilingualSchema.optional(),
  lat: z.number().min(-90).max(90),
  lon: z.number().min(-180).max(180),
  kW: z.number().positive(),
  connectors: z.array(z.string()).default([]),
  averageKmh: z.number().min(5).max(120).default(45),
});
export type Generator = z.infer<typeof generatorSchema>;

/** Who may sign in how, and for how long. */
const accessPolicySchema = z.strictObject({
  session: z
    .strictObject({
      /** It ends for good; 14 h at the least, so that it outlasts a shift. */
      absolute: durationSchema
        .refine((seconds) => seconds >= 14 * 3600, 'expected 14h or more: a shift is long')
        .prefault('16h'),
      /** Without an open page; an administrator's ends after half an hour in any case. */
      idle: durationSchema.prefault('14h'),
    })
    .prefault({}),
  /** `false`: by the identity provider alone, save break-glass accounts. */
  localSignIn: z.boolean().default(true),
  /** What the identity provider's claims make of somebody: the first that fits counts. */
  oidcRoles: z
    .array(
      z
        .strictObject({
          claim: z.string().min(1).default('groups'),
          value: z.string().min(1),
          role: roleSchema,
          scope: scopeSchema.optional(),
        })
        .refine(({ role, scope }) => role !== 'administrator' || scope === undefined, {
          error: 'expected no scope of an administrator, who could lift it',
          path: ['scope'],
        }),
    )
    .default([]),
});
export type AccessPolicy = z.infer<typeof accessPolicySchema>;

const topologyShape = z.strictObject({
  timezone: timezoneSchema.optional(),
  retention: retentionSchema.optional(),
  sites: z.record(idSchema, siteConfigSchema).default({}).transform(ownKeysOnly),
  thresholds: z
    .strictObject({
      onBatteryOffDelay: durationSchema.optional(),
      rules: tuningsSchema.optional(),
      kinds: z.partialRecord(kindSchema, tuningsSchema).optional(),
    })
    .optional(),
  access: accessPolicySchema.prefault({}),
  power: powerPolicySchema.prefault({}),
  incidents: incidentPolicySchema.prefault({}),
  outages: z.strictObject({ sustained: durationSchema.prefault('5m') }).prefault({}),
  generators: z.record(idSchema, generatorSchema).default({}).transform(ownKeysOnly),
  /** A path beside this file, or the schedule itself. */
  outageSchedule: z.union([z.string().min(1), outageScheduleSchema]).optional(),
  maxUnregistered: z.int().min(0).default(1000),
});
export const topologySchema = topologyShape.superRefine((topology, context) => {
  for (const fault of tuningFaults(topology)) context.addIssue({ code: 'custom', ...fault });
});
/** What `svitlo.yaml` carries; a change is picked up without a restart. */
export type Topology = z.infer<typeof topologySchema>;

/** SQLite writes what it deletes to its log first. */
const LEAST_FREE_BYTES = 16 * 2 ** 20;

const PORT = 'expected a port, 0 to 65535';
const portSchema = z.coerce.number(PORT).int(PORT).min(0, PORT).max(65_535, PORT);

/** What stays as it was at the start: addresses, folders, credentials. */
export const settingsSchema = z.strictObject({
  mqttUrl: z
    .url({ protocol: /^(mqtts?|wss?)$/, error: 'expected a URL such as mqtt://broker:1883' })
    .optional(),
  mqttUsername: z.string().optional(),
  mqttPassword: z.string().optional(),
  /** Files (PEM): who signed the broker's certificate, and our own with its key. */
  mqttCa: z.string().optional(),
  mqttCert: z.string().optional(),
  mqttKey: z.string().optional(),
  /** The MQTT 5 user property in which the broker itself names the publisher. */
  mqttIdentityProperty: z.string().min(1).optional(),
  brokerHost: z.string().min(1).default('127.0.0.1'),
  brokerPort: portSchema.default(1883),
  /** Folder of `npm run pki`: the embedded broker then speaks TLS and asks for certificates or passwords. */
  brokerPki: z.string().optional(),
  influxUrl: z
    .url({ protocol: /^https?$/, error: 'expected a URL such as http://influxdb:8086/svitlo' })
    .optional(),
  topicRoot: z
    .string()
    .regex(/^[^/+#$\s][^+#\s]*[^/+#\s]$/, 'expected a topic such as svitlo/v1, without + or #')
    .default('svitlo/v1'),
  httpHost: z.string().min(1).default('127.0.0.1'),
  httpPort: portSchema.default(8080),
  tlsCert: z.string().optional(),
  tlsKey: z.string().optional(),
  trustedProxies: z.string().optional(),
  publicUrl: z
    .url({ protocol: /^https?$/, error: 'expected a URL such as https://svitlo.example' })
    .optional(),
  oidcIssuer: z
    .url({ protocol: /^https?$/, error: 'expected a URL such as https://login.example' })
    .optional(),
  oidcClientId: z.string().min(1).optional(),
  oidcClientSecret: z.string().min(1).optional(),
  oidcLabel: z.string().min(1).max(40).default('OpenID Connect'),
  smtpUrl: z
    .url({ protocol: /^smtps?$/, error: 'expected a URL such as smtp://user:password@mail:587' })
    .optional(),
  dataDir: z.string().min(1).default('var'),
  duckdbMemory: z
    .string()
    .regex(/^\d+(MB|GB)$/, 'expected a size such as 64MB')
    .default('64MB'),
  spoolMaxBytes: sizeSchema.prefault('8GB'),
  spoolMinFreeBytes: sizeSchema
    .refine(
      (bytes) => bytes >= LEAST_FREE_BYTES,
      'expected at least 16MB: without them SQLite cannot even delete',
    )
    .prefault('256MB'),
  spoolMaxAge: durationSchema.prefault('30d'),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  simClock: z
    .enum(['0', '1'], 'expected 1, or unset for real time')
    .default('0')
    .transform((text) => text === '1'),
  lang: languageSchema.default('uk'),
  configFile: z.string().optional(),
});
export type Settings = z.infer<typeof settingsSchema>;
