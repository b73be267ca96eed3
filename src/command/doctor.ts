import { parseArgs } from 'node:util';
import { loadTopology, readSettings } from '../config.ts';
import {
  type Settings,
  settingsSchema,
  type Topology,
  topologySchema,
} from '../contract/config.ts';
import { DOCTOR_TEXTS } from '../i18n/doctor-command.ts';
import type { Language } from '../i18n/index.ts';
import { find, type Installation, note, type Outcome } from './doctor/check.ts';
import { CHECKS } from './doctor/checks.ts';
import { configFaults } from './doctor/configuration.ts';
import { describe, toJson } from './doctor/report.ts';
import { runCheck } from './doctor/run.ts';

const WELL = 0;
const FINDINGS = 1;
const CANNOT_RUN = 2;
const LISTEN_SECONDS = '6';

interface Order {
  isJson: boolean;
  listenSeconds: number;
  /** The monitor's own flags. */
  argv: string[];
}

/** `undefined`: help is asked for, or the order is wrong. */
function readOrder(args: readonly string[]): Order | undefined {
  const own = {
    json: { type: 'boolean' },
    listen: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  const { values, tokens } = parseArgs({
    args: [...args],
    options: own,
    strict: false,
    tokens: true,
  });
  const taken = new Set(
    tokens.flatMap((token) => {
      if (token.kind !== 'option' || !Object.hasOwn(own, token.name)) return [];
      const hasOwnValue = token.value !== undefined && token.inlineValue === false;
      return hasOwnValue ? [token.index, token.index + 1] : [token.index];
    }),
  );
  const seconds = Number(values.listen ?? LISTEN_SECONDS);
  if (values.help === true || !(seconds >= 0 && seconds <= 60)) return undefined;
  const argv = args.filter((_, index) => !taken.has(index));
  return { isJson: values.json === true, listenSeconds: seconds, argv };
}

function languageOf(env: NodeJS.ProcessEnv): Language {
  const schema = settingsSchema.pick({ lang: true }).catch({ lang: 'uk' });
  return schema.parse({ lang: env.SVITLO_LANG || undefined }).lang;
}

function topologyOf({ configFile }: Settings): Topology | undefined {
  try {
    return configFile === undefined ? topologySchema.parse({}) : loadTopology(configFile);
  } catch {
    // Told by the check of the configuration.
    return undefined;
  }
}

/** `undefined` where the settings themselves cannot be read. */
function installationOf({ argv, listenSeconds }: Order): Installation | undefined {
  try {
    const settings = readSettings(argv, process.env);
    const topology = topologyOf(settings);
    const place = { settings, argv, env: process.env, listenSeconds };
    return topology === undefined ? place : { ...place, topology };
  } catch {
    return undefined;
  }
}

/** Nothing else can be looked at: the faults are those of the settings. */
function settingsOutcome(argv: readonly string[]): Outcome {
  const outcome: Outcome = { findings: [], notes: [] };
  for (const fault of configFaults(argv, process.env)) find(outcome, 'config_invalid', { fault });
  note(outcome, 'not_run', {});
  return outcome;
}

async function examine(order: Order, language: Language): Promise<number> {
  const texts = DOCTOR_TEXTS[language];
  const place = installationOf(order);
  // With --json the progress goes where it does not disturb.
  const say = (text: string) => (order.isJson ? process.stderr : process.stdout).write(text);
  const checks: ReturnType<typeof toJson>[] = [];
  const told = (name: (typeof CHECKS)[number]['name'], outcome: Outcome) => {
    say(`${describe(outcome, language)}\n`);
    checks.push(toJson(name, outcome, language));
  };
  if (place === undefined) {
    say(`${texts.check.configuration}: `);
    told('configuration', settingsOutcome(order.argv));
  } else {
    for (const check of CHECKS) {
      say(`${texts.check[check.name]}: `);
      told(check.name, await runCheck(check, place));
    }
  }
  const count = checks.reduce((sum, { findings }) => sum + findings.length, 0);
  if (order.isJson) console.log(JSON.stringify({ isWell: count === 0, checks }, null, 2));
  else console.log(`\n${count === 0 ? texts.allWell : texts.findings(count)}`);
  return count === 0 ? WELL : FINDINGS;
}

const language = languageOf(process.env);
const order = readOrder(process.argv.slice(2));
if (order === undefined) {
  console.error(DOCTOR_TEXTS[language].usage);
  process.exitCode = CANNOT_RUN;
} else {
  process.exitCode = await examine(order, language);
  // Past its limit a check may still hold a connection open.
  process.stdout.write('', () => process.exit());
}
