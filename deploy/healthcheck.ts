import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';

// The container's health check: asks the monitor beside it, whose certificate names another host.
const { SVITLO_HTTP_PORT: port = '8080', SVITLO_TLS_CERT, SVITLO_TLS_CERT_FILE } = process.env;
const isTls = SVITLO_TLS_CERT !== undefined || SVITLO_TLS_CERT_FILE !== undefined;
const request = isTls ? requestTls : requestPlain;
const place = { host: '127.0.0.1', port, path: '/healthz', timeout: 4000 };

request({ ...place, ...(isTls ? { rejectUnauthorized: false } : {}) }, (answer) => {
  process.exit(answer.statusCode === 200 ? 0 : 1);
})
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1))
  .end();
