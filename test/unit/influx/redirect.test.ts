import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { queryRows } from '../../../src/adapters/influx/query-client.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('an InfluxDB that sends on to another server is followed nowhere', async () => {
  const asked: string[] = [];
  const other = await listen(
    createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('{}');
    }),
  );
  const origin = await listen(
    createServer((_, response) => response.writeHead(307, { location: `${other}/query` }).end()),
  );
  const target = { origin, database: 'svitlo', username: 'svitlo', password: 'a password' };
  const rows = queryRows(target, { text: 'SHOW DATABASES', timeoutMs: 5000 });
  await expect(rows.next()).rejects.toMatchObject({ code: 'SVT_STORE_UNREACHABLE' });
  expect(asked).toEqual([]);
});
