import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const NOT_BUILT = 'The page is not built yet: run `npm run build`, then start the monitor again.\n';

/** Ways into the page from elsewhere: one-time links, and whoever has to sign in first. */
const ENTRIES = ['/setup', '/link', '/sign-in', '/kiosk'];

/** Serves the built live page; hashed files are cached for good, the page itself never. */
export function servePage(server: FastifyInstance, webRoot: string): void {
  if (!existsSync(join(webRoot, 'index.html'))) {
    for (const path of ['/', ...ENTRIES]) {
      server.get(path, { config: { needs: 'public' }, schema: { hide: true } }, (_request, reply) =>
        reply.status(503).type('text/plain; charset=utf-8').send(NOT_BUILT),
      );
    }
    return;
  }
  server.register(async (page) => {
    page.addHook('onRoute', (route) => {
      route.config = { ...route.config, needs: 'public' };
      route.schema = { ...route.schema, hide: true };
    });
    await page.register(fastifyStatic, {
      root: webRoot,
      cacheControl: false,
      setHeaders: (reply, path) => {
        if (path.endsWith('.svg')) reply.header('content-type', 'image/svg+xml; charset=utf-8');
        const isHashed = path.includes('/assets/');
        reply.header(
          'cache-control',
          isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
      },
    });
    for (const path of ENTRIES) {
      page.get(path, (_request, reply) => reply.sendFile('index.html'));
    }
  });
}
