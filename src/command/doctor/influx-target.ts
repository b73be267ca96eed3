import type { WriteTarget } from '../../adapters/influx/write-client.ts';

/** Where the monitor's own store would write, and by whom. */
export function influxTarget(url: string): WriteTarget {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  return {
    origin: `${protocol}//${hostname}:${Number(port) || 8086}`,
    database: decodeURIComponent(pathname.slice(1)) || 'svitlo',
    ...(username === ''
      ? {}
      : { username: decodeURIComponent(username), password: decodeURIComponent(password) }),
  };
}
