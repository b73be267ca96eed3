import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './free-port.ts';
import { until } from './wait.ts';

export interface TcpProxy {
  port: number;
  /** Breaks every connection off, and every new one until `heal`. */
  cut(): void;
  /** Half-open: connections stay and are accepted, and nothing passes in either direction until `heal`. */
  stall(): void;
  /** Lets everything through again; what was stalled goes on with what it had been sent. */
  heal(): void;
  /** Sees what the client sent and passed through. */
  onToServer(listener: (chunk: Buffer, connection: number) => void): void;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Pair {
  client: Socket;
  server: Socket;
}

/** A wire of one's own to a server on loopback, to be cut and stalled. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const port = await freePort();
  const pairs = new Set<Pair>();
  let state: 'open' | 'cut' | 'stalled' = 'open';
  let connections = 0;
  let listener: (chunk: Buffer, connection: number) => void = () => {};
  const accept = (client: Socket) => {
    client.on('error', () => {});
    if (state === 'cut') return client.destroy();
    connections += 1;
    const connection = connections;
    const pair = join(client, connect(targetPort, '127.0.0.1'));
    client.on('data', (chunk) => listener(chunk, connection));
    pairs.add(pair);
    client.once('close', () => pairs.delete(pair));
    if (state === 'stalled') pauseBoth(pair);
  };
  const server = createServer(accept);
  server.listen(port, '127.0.0.1');
  await until(() => server.listening, { what: 'the proxy to listen' });
  const destroyAll = () => {
    for (const pair of pairs) destroyBoth(pair);
  };
  return {
    port,
    cut: () => {
      state = 'cut';
      destroyAll();
    },
    stall: () => {
      state = 'stalled';
      for (const pair of pairs) pauseBoth(pair);
    },
    heal: () => {
      state = 'open';
      for (const pair of pairs) resumeBoth(pair);
    },
    onToServer: (next) => {
      listener = next;
    },
    [Symbol.asyncDispose]: async () => {
      destroyAll();
      await closed(server);
    },
  };
}

/** Passes bytes both ways at the pace of the slower side; when one side ends, both do. */
function join(client: Socket, server: Socket): Pair {
  const pair = { client, server };
  for (const [from, to] of [
    [client, server],
    [server, client],
  ] as const) {
    from.setNoDelay(true);
    from.on('error', () => {});
    from.on('data', (chunk) => {
      to.write(chunk);
    });
    from.once('close', () => to.destroy());
  }
  return pair;
}

function pauseBoth({ client, server }: Pair): void {
  client.pause();
  server.pause();
}

function resumeBoth({ client, server }: Pair): void {
  client.resume();
  server.resume();
}

function destroyBoth({ client, server }: Pair): void {
  client.destroy();
  server.destroy();
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
