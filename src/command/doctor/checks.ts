import { accounts } from './accounts.ts';
import { broker } from './broker.ts';
import { brokerQueue } from './broker-queue.ts';
import { certificates } from './certificates.ts';
import type { Check } from './check.ts';
import { clock } from './clock.ts';
import { configuration } from './configuration.ts';
import { dataFolder } from './data-folder.ts';
import { identity } from './identity.ts';
import { influx } from './influx.ts';
import { journal } from './journal.ts';
import { nodeVersion } from './node-version.ts';
import { ports } from './ports.ts';
import { smtp } from './smtp.ts';

/** The one registration, in the order in which they are made: what others depend on first. */
export const CHECKS: readonly Check[] = [
  nodeVersion,
  configuration,
  dataFolder,
  journal,
  accounts,
  ports,
  certificates,
  broker,
  brokerQueue,
  influx,
  clock,
  smtp,
  identity,
];
