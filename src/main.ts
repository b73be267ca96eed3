import { enableCompileCache } from 'node:module';
import { constants, getPriority, setPriority } from 'node:os';

/** What this process makes is its user's alone. */
const UMASK = 0o077;

process.umask(UMASK);
enableCompileCache();
raisePriority();

const STOP_MS = 5000;
/** EX_CONFIG of sysexits.h */
const CONFIG_FAULT = 78;

/**
 * Alarms first: on a machine that it shares with the broker and the database the monitor gets its turn
 * before them, where the system allows that (root, CAP_SYS_NICE or RLIMIT_NICE). A priority that
 * somebody chose is left alone. Threads that are made later inherit it.
 */
function raisePriority(): void {
  const { PRIORITY_NORMAL, PRIORITY_ABOVE_NORMAL } = constants.priority;
  try {
    if (getPriority() === PRIORITY_NORMAL) setPriority(PRIORITY_ABOVE_NORMAL);
  } catch {
    // Not allowed: it takes its turn with the others.
  }
}

async function main(): Promise<void> {
  const [
    { createApp },
    { loadConfig, secretFilesOf },
    { createLog },
    { USER_TEXTS },
    rights,
    systemd,
  ] = await Promise.all([
    import('./app.ts'),
    import('./config.ts'),
    import('./log.ts'),
    import('./i18n/user-command.ts'),
    import('./adapters/disk/secret-files.ts'),
    import('./adapters/systemd/notify.ts'),
  ]);
  const { settings, topology } = loadConfig(process.argv.slice(2), process.env);
  const log = await createLog(settings.logLevel);
  const open = rights.readableByAll(secretFilesOf(settings, process.env));
  if (open.length > 0)
    log.warn({ files: open }, 'secrets: every user of this machine can read them');
  const { configFile } = settings;
  const app = await createApp({
    settings,
    topology,
    log,
    ...(configFile === undefined ? {} : { configFile }),
  });
  const crash = (error: unknown) => {
    log.fatal({ err: error }, 'broken invariant');
    process.exit(1);
  };
  process.on('uncaughtException', crash).on('unhandledRejection', crash);
  const notifier = systemd.createNotifier({
    env: process.env,
    pid: process.pid,
    pulse: app.pulse,
    log,
  });
  let isStopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    log.info({ signal }, 'stopping');
    notifier.stopping();
    setTimeout(() => process.exit(1), STOP_MS).unref();
    app.stop().then(() => process.exit(0), crash);
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  const { httpUrl, brokerUrl, setupUrl } = await app.start();
  notifier.ready();
  log.info({ httpUrl, brokerUrl }, `Svitlo is on ${httpUrl}`);
  if (setupUrl !== undefined) {
    // For whoever is at the terminal: the log keeps what it is told.
    process.stderr.write(`${USER_TEXTS[settings.lang].setup(setupUrl)}\n`);
  }
}

main().catch(async (error: unknown) => {
  const { withoutSecrets } = await import('./log.ts');
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isKnown = error instanceof Error && code.startsWith('SVT_');
  const text = error instanceof Error ? (isKnown ? error.message : error.stack) : error;
  process.stderr.write(`svitlo: ${withoutSecrets(String(text))}\n`);
  process.exit(code === 'SVT_CONFIG_INVALID' ? CONFIG_FAULT : 1);
});
