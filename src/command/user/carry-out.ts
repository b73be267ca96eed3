import type { AccessRefusal, Answer } from '../../access-port.ts';
import { createPasswords } from '../../adapters/credential/password-hash.ts';
import { passwordFault } from '../../domain/access/password-rule.ts';
import { formatOf } from '../../i18n/index.ts';
import { USER_TEXTS } from '../../i18n/user-command.ts';
import type { ConsoleAdministration } from '../../pipeline/access/administration.ts';
import { CONSOLE_NAME } from '../../pipeline/access/event.ts';
import { askPassword } from './ask-password.ts';
import { listAccounts, listTokens } from './list.ts';
import type { Order, Surroundings } from './order.ts';

const DAY_MS = 86_400_000;

/** What is printed, and whether it is done. */
interface Outcome {
  isDone: boolean;
  text: string;
}

type Texts = (typeof USER_TEXTS)[Surroundings['language']];
type OrderOf<V extends Order['verb']> = Extract<Order, { verb: V }>;

interface Means {
  administration: ConsoleAdministration;
  texts: Texts;
  language: Surroundings['language'];
}

/** Does it by the same rules as the page, in the name of whoever is at this machine. */
export function carryOut(
  order: Order,
  administration: ConsoleAdministration,
  { language }: Surroundings,
): Promise<Outcome> {
  const means: Means = { administration, language, texts: USER_TEXTS[language] };
  switch (order.verb) {
    case 'add':
      return add(order, means);
    case 'password':
      return changePassword(order, means);
    case 'role':
    case 'scope':
    case 'disable':
    case 'enable':
      return change(order, means);
    case 'remove-second-factor':
    case 'remove':
    case 'sign-out':
    case 'link':
      return doPlain(order, means);
    case 'token add':
      return addToken(order, means);
    case 'token remove':
      return removeToken(order, means);
    case 'list':
      return Promise.resolve(done(listAccounts(administration.accounts(), language)));
    case 'token list':
      return Promise.resolve(done(listTokens(administration.tokens(), language)));
  }
}

function add({ verb: _, ...given }: OrderOf<'add'>, { administration, texts }: Means) {
  return withNewPassword(given.name, texts, async (passwordHash) => {
    const answer = await administration.addWithPassword({ ...given, passwordHash }, CONSOLE_NAME);
    if (answer.ok) return done(texts.added(given.name, given.role));
    if (answer.code === 'SVT_LAST_ADMINISTRATOR') return refused(texts.firstAccount);
    return refused(reasonOf(answer, given.name, texts));
  });
}

async function changePassword({ name }: OrderOf<'password'>, { administration, texts }: Means) {
  const isThere = administration.accounts().some((one) => one.name === name);
  if (!isThere) return refused(texts.noAccount(name));
  return withNewPassword(name, texts, async (hash) => {
    const answer = await administration.setPassword(name, hash, CONSOLE_NAME);
    return outcome(answer, texts.passwordChanged(name), reasonIn(texts, name));
  });
}

type Change = OrderOf<'role' | 'scope' | 'disable' | 'enable'>;

async function change(order: Change, { administration, texts }: Means): Promise<Outcome> {
  const answer = await administration.changeAccount(order.name, changeOf(order), CONSOLE_NAME);
  return outcome(answer, texts.changed(order.name), reasonIn(texts, order.name));
}

function changeOf(order: Change) {
  if (order.verb === 'role') return { role: order.role };
  if (order.verb === 'scope') return { scope: order.scope ?? null };
  return { isDisabled: order.verb === 'disable' };
}

type Plain = OrderOf<'remove-second-factor' | 'remove' | 'sign-out' | 'link'>;

async function doPlain({ verb, name }: Plain, means: Means): Promise<Outcome> {
  const { administration, texts, language } = means;
  const reason = reasonIn(texts, name);
  if (verb === 'link') {
    const answer = await administration.makeLink(name, CONSOLE_NAME);
    if (!answer.ok) return refused(reason(answer));
    return done(texts.link(answer.link, formatOf(language).dateTime(answer.expiresAt)));
  }
  if (verb === 'remove') {
    return outcome(
      await administration.removeAccount(name, CONSOLE_NAME),
      texts.removed(name),
      reason,
    );
  }
  if (verb === 'sign-out') {
    const answer = await administration.signOutEverywhere(name, CONSOLE_NAME);
    return outcome(answer, texts.signedOut(name), reason);
  }
  const answer = await administration.removeSecondFactors(name, CONSOLE_NAME);
  return outcome(answer, texts.changed(name), reason);
}

async function addToken(order: OrderOf<'token add'>, { administration, texts }: Means) {
  const { name, permissions, scope, days } = order;
  const expiresAt = days === undefined ? undefined : Date.now() + days * DAY_MS;
  const given = { name, permissions, scope, expiresAt };
  const answer = await administration.addToken(given, CONSOLE_NAME);
  if (!answer.ok) return refused(reasonOf(answer, name, texts));
  return done(texts.token(shortId(answer.id), answer.token));
}

/** By the begin of its identifier, as the list shows it. */
async function removeToken(order: OrderOf<'token remove'>, { administration, texts }: Means) {
  const found = administration.tokens().filter(({ id }) => id.startsWith(order.id));
  const [token] = found;
  if (token === undefined || found.length > 1) return refused(texts.noToken(order.id));
  const answer = await administration.removeToken(token.id, CONSOLE_NAME);
  return outcome(answer, texts.tokenRemoved(token.name), () => texts.noToken(order.id));
}

async function withNewPassword(
  name: string,
  texts: Texts,
  use: (hash: string) => Promise<Outcome>,
): Promise<Outcome> {
  const password = await askPassword(texts.askPassword(name), texts.askAgain);
  if (password === undefined) return refused(texts.differs);
  const fault = passwordFault(password, name);
  if (fault !== undefined) return refused(texts.weak[fault]);
  return use(await createPasswords().hash(password));
}

/** As the list shows it. */
function shortId(id: string): string {
  return id.slice(0, 12);
}

function done(text: string): Outcome {
  return { isDone: true, text };
}

function refused(text: string): Outcome {
  return { isDone: false, text };
}

function outcome(
  answer: Answer<object>,
  text: string,
  reason: (answer: AccessRefusal) => string,
): Outcome {
  return 'code' in answer ? refused(reason(answer as AccessRefusal)) : done(text);
}

function reasonIn(texts: Texts, name: string) {
  return (answer: AccessRefusal) => reasonOf(answer, name, texts);
}

function reasonOf({ code, message }: AccessRefusal, name: string, texts: Texts): string {
  if (code === 'SVT_NAME_TAKEN') return texts.taken(name);
  if (code === 'SVT_NOT_FOUND') return texts.noAccount(name);
  if (code === 'SVT_LAST_ADMINISTRATOR') return texts.lastAdministrator;
  if (code === 'SVT_ADMINISTRATOR_LIMITED') return texts.limitedAdministrator;
  return message ?? code;
}
