import type { IPublishPacket, MqttClient } from 'mqtt';

type Done = (error?: Error) => void;

/** What `handleMessage` answers when it has taken a packet over: MQTT.js goes on and sends no PUBACK. */
const DEFERRED = new Error('acknowledged when durable');

export interface DeferredPubacks {
  /** Resolves when every message taken so far has been acknowledged or given up. */
  settled(): Promise<void>;
}

export interface DeferredOptions {
  client: MqttClient;
  /** Resolves when the message is durable. */
  accept(packet: IPublishPacket): Promise<void>;
  /** The message is not durable and stays unacknowledged until the broker sends it again. */
  onFailed(error: unknown): void;
}

/**
 * Acknowledges each QoS 1 message when `accept` has resolved. The handler never waits: holding its
 * callback would stop the parser, PINGRESP included; back-pressure is the broker's in-flight window.
 * PUBACKs leave in the order of receipt [MQTT-4.6.0-2], and only on the connection that the message
 * came by: on another one its packet identifier may mean another message.
 */
export function deferPubacks({ client, accept, onFailed }: DeferredOptions): DeferredPubacks {
  let settled: Promise<void> = Promise.resolve();
  client.handleMessage = (packet: IPublishPacket, done: Done) => {
    const { stream } = client;
    const previous = settled;
    const isDurable = accept(packet).then(
      () => true,
      (error: unknown) => {
        onFailed(error);
        return false;
      },
    );
    if (packet.qos === 0) {
      done();
      return;
    }
    settled = Promise.all([isDurable, previous]).then(([isAccepted]) => {
      if (isAccepted && client.connected && client.stream === stream) puback(client, packet);
    });
    done(DEFERRED);
  };
  return { settled: () => settled };
}

/** MQTT.js has no public call for a later PUBACK: its version is pinned, and a test holds what is used. */
function puback(client: MqttClient, { messageId }: IPublishPacket): void {
  const sender = client as unknown as { _sendPacket(packet: object): void };
  sender._sendPacket({ cmd: 'puback', messageId, reasonCode: 0 });
}
