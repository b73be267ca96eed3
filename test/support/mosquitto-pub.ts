import { requireCommand } from './installed.ts';
import { runCommand } from './run-command.ts';

export interface Publish {
  port: number;
  topic: string;
  /** Sent as JSON, unless it is a string already. */
  payload: unknown;
  qos?: 0 | 1 | 2;
  isRetained?: boolean;
  username?: string;
  password?: string;
  clientId?: string;
}

/** Publishes one message with the real mosquitto_pub; at QoS 1 it resolves after the PUBACK. */
export async function mosquittoPub(message: Publish): Promise<void> {
  const { payload, qos = 1 } = message;
  const args = ['-V', '5', '-h', '127.0.0.1', '-p', `${message.port}`, '-t', message.topic];
  args.push('-q', `${qos}`, '-s');
  if (message.isRetained) args.push('-r');
  if (message.clientId !== undefined) args.push('-i', message.clientId);
  if (message.username !== undefined) args.push('-u', message.username);
  if (message.password !== undefined) args.push('-P', message.password);
  const input = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const result = await runCommand(requireCommand('mosquitto_pub'), args, { input });
  if (result.status !== 0) {
    throw new Error(`mosquitto_pub ended with ${result.status}: ${result.stderr}${result.stdout}`);
  }
}
