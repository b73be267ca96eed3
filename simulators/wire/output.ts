import type { DeviceKey } from '../truth/witness.ts';

/** A message for the broker. */
export interface FleetMessage {
  device: DeviceKey;
  topic: string;
  /** UTF-8 JSON, or what a fault has made of it. */
  payload: string | Buffer;
  qos: 1;
  retain: boolean;
  /** When it is due (simulated ms since 1970 UTC); 0 where no schedule asks for it. */
  at: number;
}

/** A word about the device's own connection. */
export interface ConnectionChange {
  device: DeviceKey;
  /** Of its will. */
  topic: string;
  /** `drop`: gone without a goodbye, so that the broker publishes its will. */
  connection: 'drop' | 'connect';
}

export type FleetOutput = FleetMessage | ConnectionChange;
