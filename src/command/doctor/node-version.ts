import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { type Check, find } from './check.ts';

const manifestSchema = z.object({ engines: z.object({ node: z.string().startsWith('>=') }) });

export const nodeVersion: Check = {
  name: 'node',
  timeoutSeconds: 5,
  run: (_, outcome) => {
    const file = resolve(import.meta.dirname, '../../../package.json');
    const { engines } = manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const [major = '0'] = process.versions.node.split('.');
    if (Number(major) >= Number(engines.node.slice(2))) return;
    find(outcome, 'node_old', { version: process.version, needed: engines.node });
  },
};
