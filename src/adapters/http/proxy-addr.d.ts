declare module 'proxy-addr' {
  import type { IncomingMessage } from 'node:http';

  type Trusts = (address: string, hop: number) => boolean;
  interface ProxyAddr {
    /** The address of the client: the nearest that no trusted proxy has. */
    (request: Pick<IncomingMessage, 'headers' | 'socket'>, trusts: Trusts): string;
    /** Throws a TypeError that names what is no address. */
    compile(addresses: readonly string[]): Trusts;
  }
  const proxyAddr: ProxyAddr;
  export default proxyAddr;
}
