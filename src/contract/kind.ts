import { z } from 'zod';

/** What a device is: a UPS, a cargo scanner, or a site's supply (meter, transfer switch, generator). */
export const kindSchema = z.enum(['ups', 'scanner', 'power']);
export type Kind = z.infer<typeof kindSchema>;

/** What a topic carries: periodic telemetry, or the retained online flag with its last will. */
export const channelSchema = z.enum(['telemetry', 'state']);
export type Channel = z.infer<typeof channelSchema>;

export const qualitySchema = z.enum(['good', 'uncertain', 'bad']);
export type Quality = z.infer<typeof qualitySchema>;

/** Identifier grammar of sites and devices: 1–63 of `[a-z0-9-]`, not beginning with a hyphen. */
export const ID_PATTERN = /^[a-z0-9][a-z0-9-]{0,62}$/;
export const idSchema = z.string().regex(ID_PATTERN, 'expected 1–63 of a–z, 0–9 and -');
