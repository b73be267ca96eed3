import { Decoder } from '../../../collectors/mqtt/decoder.ts';
import type { JudgeView } from '../../../simulators/judge/view.ts';
import { MonitorAnswerError } from '../../../simulators/judge/view.ts';
import type { FleetOutput } from '../../../simulators/wire/output.ts';
import { createHttpServer } from '../../../src/adapters/http/server.ts';
import type { Alarm } from '../../../src/contract/alarm.ts';
import { settingsSchema, type Topology } from '../../../src/contract/config.ts';
import { SIMULATION_ROOT } from '../../../src/contract/topic.ts';
import { createQueries } from '../../../src/pipeline/queries.ts';
import type { Exposition, Trends } from '../../../src/ports.ts';
import { recordingLog } from '../fake-ports.ts';
import { createOpenAccess } from '../open-access.ts';
import { createPipeline } from '../pipeline.ts';
import type { DrivenMonitor } from './run.ts';

const TICK_MS = 1000;
/** What the broker publishes for a device that is gone without a goodbye. */
const WILL = '{"online":false}';

/** The monitor's own decoder, pipeline and HTTP answers in this process, on ports in memory. */
export function createPipelineMonitor(topology: Topology): DrivenMonitor {
  const pipeline = createPipeline(topology);
  const { clock, desk, ingest, tick, spool, live } = pipeline;
  const decoder = new Decoder(SIMULATION_ROOT);
  const pushed = new Set<string>();
  live.alarmsChanged = (alarms: readonly Alarm[]) => {
    for (const { id, version } of alarms) pushed.add(`${id}:${version}`);
  };
  const http = serve(pipeline);
  let pending: Promise<void>[] = [];
  let tickedAt = Number.NaN;

  const accept = (topic: string, payload: string | Buffer) => {
    const bytes = Buffer.from(payload);
    const raw = {
      topic,
      bytes,
      payloadStart: 0,
      payloadEnd: bytes.length,
      payloadLength: bytes.length,
      receivedAt: clock.now(),
      isRetained: false,
    };
    const accepted = ingest.accept(decoder.decode(raw));
    if (accepted !== undefined) pending.push(accepted);
  };
  const settled = async () => {
    await Promise.all(pending);
    pending = [];
    await desk.settled();
    // Points and what the page is told of them are not looked at here.
    spool.lines.length = 0;
    live.told.length = 0;
  };
  return {
    view: viewOf(http, pushed),
    settled,
    take: (outputs: readonly FleetOutput[]) => {
      for (const output of outputs) {
        if ('payload' in output) accept(output.topic, output.payload);
        else if (output.connection === 'drop') accept(output.topic, WILL);
      }
    },
    advance: async (now) => {
      await settled();
      if (Number.isNaN(tickedAt)) tickedAt = now - TICK_MS;
      for (let at = tickedAt + TICK_MS; at <= now; at += TICK_MS) {
        clock.ms = at;
        tick.step(at);
        tickedAt = at;
      }
      clock.ms = now;
      await settled();
    },
    stop: async () => {
      await settled();
      await http.close();
    },
  };
}

type Pipeline = ReturnType<typeof createPipeline>;

/** The HTTP routes as the app has them; nothing listens. */
function serve({ fleet, desk, situation, outlook, store, rejects, spool, clock }: Pipeline) {
  const { log } = recordingLog();
  const queries = createQueries({
    fleet,
    desk: situation,
    store,
    situation: outlook,
    rejects,
    spool,
    clock,
    readiness: () => ({}),
  });
  const trends: Trends = {
    trend: () => Promise.reject(new Error('there is no store in this process')),
  };
  const exposition: Exposition = { contentType: 'text/plain', text: async () => '' };
  const settings = settingsSchema.parse({});
  const access = createOpenAccess({ queries, commands: desk, isDemo: false });
  const parts = { settings, log, queries, access, trends, exposition };
  return createHttpServer({ ...parts, webRoot: '/nonexistent' });
}

function viewOf(http: ReturnType<typeof createHttpServer>, pushed: Set<string>): JudgeView {
  return {
    pushed,
    sitePower: new Map(),
    get: async <T>(path: string) => {
      const answer = await http.inject({ url: path, headers: { host: '127.0.0.1' } });
      if (answer.statusCode === 200) return answer.json<T>();
      throw new MonitorAnswerError(`GET ${path}: ${answer.statusCode} ${answer.body}`);
    },
  };
}
