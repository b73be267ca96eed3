import { createServer } from 'node:http';
import { Socket } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { connectAsync } from 'mqtt';
import { Server } from 'socket.io';

/**
 * The bare way of an alarm: MQTT.js, `JSON.parse`, one full-sync SQLite commit, Socket.IO. Of a message
 * that is no alarm it does nothing more; nothing is stored, nothing remembered. Arguments: URL of the
 * broker, port to listen on, file of the database. It speaks as much of `/live` as the prober needs.
 */
const [brokerUrl = '', port = '0', file = ''] = process.argv.slice(2);

const database = new DatabaseSync(file);
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
database.exec('CREATE TABLE alarm (id TEXT PRIMARY KEY, ts INTEGER, state TEXT) STRICT');
const add = database.prepare('INSERT OR REPLACE INTO alarm VALUES (?, ?, ?)');

const http = createServer();
const live = new Server(http, { serveClient: false }).of('/live');
live.on('connection', (socket) => {
  socket.on('watch', (_request: unknown, answer: (answer: unknown) => void) => {
    socket.join('all');
    answer({ ok: true });
  });
});
http.listen(Number(port), '127.0.0.1');

const client = await connectAsync(brokerUrl, {
  protocolVersion: 5,
  clientId: 'relay',
  clean: false,
  properties: { sessionExpiryInterval: 3600, receiveMaximum: 1000 },
});
if (client.stream instanceof Socket) client.stream.setNoDelay(true);
client.on('message', (topic, payload) => {
  const { ts, 'ups.status': status } = JSON.parse(payload.toString()) as Record<string, unknown>;
  if (typeof status !== 'string' || !status.startsWith('OB')) return;
  const [, , site, , device] = topic.split('/');
  const alarm = { id: `${site}.${device}.UPS_ON_BATTERY`, ts: Number(ts), state: 'UNACK' };
  add.run(alarm.id, alarm.ts, alarm.state);
  live.to('all').emit('frame', { alarms: [alarm] });
});
await client.subscribeAsync('svitlo/v1/+/+/+/+', { qos: 1 });
process.stdout.write('ready\n');
