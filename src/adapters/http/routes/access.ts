import type { FastifyInstance } from 'fastify';
import type { AccessDesk } from '../../../access-port.ts';
import { addAccountRoutes } from './account.ts';
import { addAdministrationRoutes } from './administration.ts';
import { addSessionRoutes } from './session.ts';
import { addTokenRoutes } from './token.ts';

/** Signing in, accounts and tokens. */
export function addAccessRoutes(
  server: FastifyInstance,
  desk: AccessDesk,
  publicUrl: string | undefined,
): void {
  addSessionRoutes(server, desk, publicUrl);
  addAccountRoutes(server, desk, publicUrl);
  addAdministrationRoutes(server, desk, publicUrl);
  addTokenRoutes(server, desk);
}
