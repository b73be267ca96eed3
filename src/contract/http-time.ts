import { z } from 'zod';

/** Names whose numbers are times (ms since 1970 UTC) inside and in the live feed, text over HTTP. */
export const TIME_NAMES: ReadonlySet<string> = new Set([
  'ts',
  'at',
  'raisedAt',
  'changedAt',
  'clearedAt',
  'acknowledgedAt',
  'lastSeen',
  'openedAt',
  'resolvedAt',
  'receivedAt',
  'shelvedUntil',
  'sourceTs',
  'takenAt',
  'slotEndsAt',
  'startedAt',
  'endedAt',
  'measuredAt',
  'replaceAt',
  'beginShutdownBy',
  'arrivesAt',
  'createdAt',
  'lastUsedAt',
  'lastSignInAt',
  'expiresAt',
  'warnAt',
]);

/** An RFC 3339 time with its zone. */
export const instantSchema = z.iso.datetime({ offset: true });

/** The schema of a shape as HTTP answers it: its times are RFC 3339. */
export function overHttp(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional) return overHttp(schema.unwrap()).optional();
  if (schema instanceof z.ZodArray) return z.array(overHttp(schema.element));
  if (schema instanceof z.ZodRecord) return z.record(z.string(), overHttp(schema.valueType));
  if (!(schema instanceof z.ZodObject)) return schema as z.ZodType;
  const members: [string, z.ZodType][] = Object.entries<z.core.$ZodType>(schema.shape).map(
    ([name, member]) => [name, TIME_NAMES.has(name) ? timeLike(member) : overHttp(member)],
  );
  return z.object(Object.fromEntries(members));
}

function timeLike(member: z.core.$ZodType): z.ZodType {
  return member instanceof z.ZodOptional ? instantSchema.optional() : instantSchema;
}
