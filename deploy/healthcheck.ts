import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';

// The health check of container and release: asks the monitor beside it, whose certificate names another
// host. One that listens everywhere is asked on loopback.
const { SVITLO_HTTP_PORT: port = '8080', SVITLO_TLS_CERT, SVITLO_TLS_CERT_FILE } = process.env;
const given = (process.env.SVITLO_HTTP_HOST ?? '').replace(/^\[(.*)\]$/, '$1');
const host = ['', '0.0.0.0', '::'].includes(given) ? '127.0.0.1' : given;
const isTls = SVITLO_TLS_CERT !== undefined || SVITLO_TLS_CERT_FILE !== undefined;
const request = isTls ? requestTls : requestPlain;
const place = { host, port, path: '/healthz', timeout: 4000 };

request({ ...place, ...(isTls ? { rejectUnauthorized: false } : {}) }, (answer) => {
  process.exit(answer.statusCode === 200 ? 0 : 1);
})
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1))
  .end();
