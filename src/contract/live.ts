import { z } from 'zod';
import type { Alarm } from './alarm.ts';
import type {
  AcknowledgeCommand,
  AlarmCommand,
  CommandAnswer,
  IncidentCommand,
} from './command.ts';
import type { Device, Site } from './device.ts';
import type { Incident } from './incident.ts';
import { idSchema } from './kind.ts';
import type { Readiness } from './readiness.ts';

export const detailSchema = z.enum(['summary', 'full']);
export type Detail = z.infer<typeof detailSchema>;

export const watchSchema = z.strictObject({
  sites: z
    .array(z.union([z.literal('*'), idSchema]))
    .min(1)
    .max(1000),
  detail: detailSchema,
  epoch: z.string().max(64).optional(),
  seqs: z.record(z.string(), z.int().min(0)).optional(),
});
export type Watch = z.infer<typeof watchSchema>;

export type WatchAnswer =
  | { ok: true; epoch: string; seqs: Record<string, number>; resync: boolean }
  | { ok: false; code: string; message: string };

/** How the monitor itself is, by dependency: its broker, store, spool and journal. */
export type Platform = Readonly<Record<string, Omit<Readiness, 'detail'>>>;

/** Everything of a room at `seq`. Times are ms since 1970 UTC. */
export interface Snapshot {
  room: string;
  epoch: string;
  seq: number;
  serverTime: number;
  sites: Site[];
  devices: Device[];
  alarms: Alarm[];
  incidents: Incident[];
  platform: Platform;
}

/** What changed in a room since `seq - 1`; one without content is the beat. */
export interface Frame {
  room: string;
  seq: number;
  serverTime: number;
  sites?: Site[];
  devices?: Device[];
  alarms?: Alarm[];
  incidents?: Incident[];
  platform?: Platform;
}

/** Why a connection is ended: nobody is signed in any more, or who is has other rights than before. */
export interface AccessChanged {
  reason: 'signed_out' | 'rights_changed';
}

export interface ServerEvents {
  /** The last that a connection says; a client connects anew with what it has then. */
  accessChanged: (change: AccessChanged) => void;
  snapshot: (snapshot: Snapshot) => void;
  frame: (frame: Frame) => void;
}

export interface ClientEvents {
  watch: (request: Watch, answer: (answer: WatchAnswer) => void) => void;
  acknowledge: (command: AcknowledgeCommand, answer: (answer: CommandAnswer) => void) => void;
  alarmCommand: (command: AlarmCommand, answer: (answer: CommandAnswer) => void) => void;
  incidentCommand: (command: IncidentCommand, answer: (answer: CommandAnswer) => void) => void;
}

/** Metrics that `summary` carries; `full` carries all. */
export const SUMMARY_METRICS: ReadonlySet<string> = new Set([
  'ups.status',
  'ups.load',
  'battery.charge',
  'battery.runtime',
  'state',
  'mains.present',
  'ats.position',
  'generator.state',
  'generator.fuel',
]);
