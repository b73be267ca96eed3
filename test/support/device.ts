import { connectAsync, type IClientOptions } from 'mqtt';
import { upsPayload } from './telemetry.ts';

export interface DeviceOptions {
  url: string;
  /** `{root}/{site}/{kind}/{device}`; `svitlo/v1/site-1/ups/ups-1` unless told. */
  address?: string;
  /** Sets a retained last will `{"online":false}` on the device's state channel. */
  hasWill?: boolean;
  mqtt?: IClientOptions;
}

export interface SimulatedDevice {
  address: string;
  /** Resolves with the broker's PUBACK. */
  send(payload: string, channel?: 'telemetry' | 'state', isRetained?: boolean): Promise<void>;
  /** Sends a UPS message for each time and resolves with the last PUBACK. */
  sendAll(times: readonly number[]): Promise<void>;
  /** Breaks the connection off without a DISCONNECT, as a power cut does. */
  vanish(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A device of its own connection, QoS 1, that does not reconnect by itself. */
export async function connectDevice(options: DeviceOptions): Promise<SimulatedDevice> {
  const { url, address = 'svitlo/v1/site-1/ups/ups-1', hasWill = false } = options;
  const will = { topic: `${address}/state`, payload: OFFLINE, qos: 1, retain: true } as const;
  const client = await connectAsync(
    url,
    { protocolVersion: 4, reconnectPeriod: 0, ...(hasWill ? { will } : {}), ...options.mqtt },
    false,
  );
  client.on('error', () => undefined);
  const send: SimulatedDevice['send'] = async (payload, channel = 'telemetry', retain = false) => {
    await client.publishAsync(`${address}/${channel}`, payload, { qos: 1, retain });
  };
  return {
    address,
    send,
    sendAll: async (times) => {
      await Promise.all(times.map((ts, seq) => send(upsPayload(ts, 'OL', seq))));
    },
    vanish: async () => {
      const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
      client.stream.destroy();
      await closed;
      await client.endAsync(true);
    },
    [Symbol.asyncDispose]: () => client.endAsync(true),
  };
}

const OFFLINE = Buffer.from('{"online":false}');

/** So many times, 1 ms apart and all within the last seconds (ms since 1970 UTC). */
export function recentTimes(count: number): number[] {
  const first = Date.now() - count;
  return Array.from({ length: count }, (_, index) => first + index);
}
