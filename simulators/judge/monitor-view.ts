import { io, type Socket } from 'socket.io-client';
import type { Frame, Snapshot } from '../../src/contract/live.ts';
import type { Stretch } from './verdict.ts';
import { type JudgeView, MonitorAnswerError } from './view.ts';

const TIMEOUT_MS = 30_000;

/** What the monitor says over its public contract: HTTP and the live feed. */
export class MonitorView implements JudgeView {
  readonly pushed = new Set<string>();
  readonly sitePower = new Map<string, Stretch[]>();
  readonly #url: string;
  readonly #headers: Record<string, string>;
  #socket: Socket | undefined;

  /** `token` where the monitor has accounts: it has to be one that may `see`, without limits. */
  constructor(url: string, token?: string) {
    this.#url = url.replace(/\/$/, '');
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  /** Watches everything; throws where the monitor does not let us. */
  async start(): Promise<void> {
    // What lets nobody in over HTTP says why.
    await this.get('/api/v1/devices');
    const socket = io(`${this.#url}/live`, {
      transports: ['websocket'],
      forceNew: true,
      extraHeaders: this.#headers,
    });
    this.#socket = socket;
    socket.on('frame', (frame: Frame) => this.#take(frame));
    socket.on('snapshot', (snapshot: Snapshot) => this.#take(snapshot));
    // A connection that was lost watches anew, as the page does.
    const watch = () => socket.emitWithAck('watch', { sites: ['*'], detail: 'summary' });
    await new Promise<void>((resolve, reject) => {
      socket.on('connect', () => watch().then(() => resolve(), reject));
      socket.once('connect_error', (error) =>
        reject(new MonitorAnswerError(`${this.#url}/live: ${error.message}`)),
      );
    });
  }

  stop(): void {
    this.#socket?.disconnect();
  }

  /** Whether it answers at all. */
  async isAlive(): Promise<boolean> {
    return this.get('/healthz').then(
      () => true,
      () => false,
    );
  }

  async get<T>(path: string): Promise<T> {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const init = { signal, headers: this.#headers };
    const answer = await fetch(`${this.#url}${path}`, init).catch((cause: unknown) => {
      throw new MonitorAnswerError(`GET ${path}: no answer`, { cause });
    });
    const hint = [401, 403].includes(answer.status)
      ? ': expected a token that may see in SVITLO_MONITOR_TOKEN'
      : '';
    if (!answer.ok) throw new MonitorAnswerError(`GET ${path}: ${answer.status}${hint}`);
    return (await answer.json()) as T;
  }

  #take({ serverTime, sites, alarms }: Frame | Snapshot): void {
    for (const { id, version } of alarms ?? []) this.pushed.add(`${id}:${version}`);
    for (const { id, power } of sites ?? []) {
      const stretches = this.sitePower.get(id) ?? [];
      const last = stretches.at(-1);
      if (last !== undefined) last.toMs = serverTime;
      if (last?.condition !== power) {
        stretches.push({ fromMs: serverTime, toMs: serverTime, condition: power });
      }
      this.sitePower.set(id, stretches);
    }
  }
}
