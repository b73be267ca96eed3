import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { constants, setPriority } from 'node:os';
import { io } from 'socket.io-client';

/**
 * What strangers do to the monitor's web server, as a process of its own until SIGTERM; then it says as
 * JSON how often. Arguments: which attack, the port, and a session's cookie for what needs one.
 */
const [attack = '', portText, cookie = ''] = process.argv.slice(2);
const port = Number(portText);

// Elsewhere in the world these have machines of their own: here they take what the monitor leaves.
setPriority(constants.priority.PRIORITY_LOW);

const counts: Record<string, number> = {};
const count = (what: string) => {
  counts[what] = (counts[what] ?? 0) + 1;
};

const ADDRESSES = 50;
/** One of 127.0.1.1…50, in turn. */
const addressOf = (index: number) => `127.0.1.${1 + (index % ADDRESSES)}`;

function open(index: number, onClose: () => void): Socket {
  const socket = connect({ port, host: '127.0.0.1', localAddress: addressOf(index) });
  socket.on('error', () => {});
  socket.on('connect', () => count('connections'));
  socket.on('close', onClose);
  socket.resume();
  return socket;
}

/** 200 requests that come a byte a second, half of them in the head and half in the body. */
function sendSlowly(): void {
  const head = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ';
  const body =
    'POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"name":"';
  const begin = (index: number) => {
    const socket = open(index, () => {
      clearInterval(timer);
      begin(index);
    });
    socket.write(index % 2 === 0 ? head : body);
    const timer = setInterval(() => socket.write('x'), 1000);
  };
  for (let index = 0; index < 200; index += 1) begin(index);
}

/** 10,000 sockets that ask nothing; whichever is ended is opened anew, 1,000 a second at most. */
function keepIdle(): void {
  let held = 0;
  let index = 0;
  const begin = () => {
    held += 1;
    index += 1;
    open(index, () => {
      held -= 1;
    });
  };
  setInterval(() => {
    for (let step = 0; step < 20 && held < 10_000; step += 1) begin();
    counts.mostOpen = Math.max(counts.mostOpen ?? 0, held);
  }, 20);
}

/** Bodies of 10 MB and frames of 1 MB, one after another in eight connections each. */
function sendOversized(): void {
  const body = (index: number) => {
    const socket = open(index, () => setTimeout(body, 20, index));
    const length = 10_000_000;
    socket.write(
      `POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`,
    );
    socket.write(Buffer.alloc(length, 'x'));
    count('bodies');
  };
  const frame = 'x'.repeat(1_000_000);
  const frames = () => {
    const socket = io(`http://127.0.0.1:${port}/live`, {
      transports: ['websocket'],
      extraHeaders: cookie === '' ? {} : { cookie },
      reconnection: false,
      forceNew: true,
    });
    socket.on('connect', () => {
      socket.emit('watch', frame);
      count('frames');
    });
    const again = () => setTimeout(frames, 100);
    socket.once('disconnect', again);
    socket.once('connect_error', again);
  };
  for (let index = 0; index < 8; index += 1) {
    body(index);
    frames();
  }
}

/** 1,000 a second, of as many names, from 50 addresses. */
function signIn(): void {
  const startedAt = performance.now();
  let sent = 0;
  const one = () => {
    sent += 1;
    const body = JSON.stringify({ name: `guest-${sent}`, password: `wrong password ${sent}` });
    const asked = httpRequest({
      port,
      host: '127.0.0.1',
      localAddress: addressOf(sent),
      method: 'POST',
      path: '/api/v1/session',
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    });
    asked.on('response', (answer) => {
      count(`answered ${answer.statusCode}`);
      answer.resume();
    });
    asked.on('error', () => count('failed'));
    asked.end(body);
  };
  setInterval(() => {
    const due = performance.now() - startedAt;
    while (sent < due) one();
  }, 10);
}

const ATTACKS: Readonly<Record<string, () => void>> = {
  'slow requests': sendSlowly,
  'idle sockets': keepIdle,
  'oversized bodies and frames': sendOversized,
  'sign-ins': signIn,
};

process.on('SIGTERM', () => {
  process.stdout.write(`${JSON.stringify(counts)}\n`, () => process.exit(0));
});
ATTACKS[attack]?.();
process.stdout.write('begun\n');
