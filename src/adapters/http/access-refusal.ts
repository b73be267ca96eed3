import type { FastifyReply } from 'fastify';
import type { AccessRefusal, Answer } from '../../access-port.ts';
import { statusOf } from './failure.ts';

/** The same whatever was wrong: a refused sign-in tells nobody which accounts there are. */
const MESSAGES: Readonly<Record<AccessRefusal['code'], string>> = {
  SVT_SIGN_IN_REFUSED: 'name, password, code or passkey is wrong, or the account is disabled',
  SVT_CODE_NEEDED: 'expected code: of the authenticator, or a recovery code',
  SVT_TOO_MANY_ATTEMPTS: 'too many attempts: expected a pause of retryAfterSeconds',
  SVT_PASSWORD_WEAK: 'expected a longer, less common password without the account in it',
  SVT_LINK_SPENT: 'the one-time link was used, or its time is over',
  SVT_NOT_FOUND: 'there is nothing of this name',
  SVT_FORBIDDEN: 'this may not be done here',
  SVT_NAME_TAKEN: 'there is an account of this name',
  SVT_SIGN_IN_AGAIN: 'expected a sign-in that is no older than 15 minutes',
  SVT_LAST_ADMINISTRATOR: 'it would leave no administrator who can sign in',
  SVT_ADMINISTRATOR_LIMITED: 'expected no scope: whoever may administer could lift the own limits',
  SVT_OIDC_FAILED: 'the identity provider cannot be asked, or its answer does not fit',
};

/** What an act answers: `show` picks what is told of its success, which is otherwise `{ok: true}`. */
export function answerAccess<T>(
  answer: Answer<T>,
  reply: FastifyReply,
  show: (done: T) => object = () => ({ ok: true }),
): object {
  return answer.ok ? show(answer) : answerRefusal(answer, reply);
}

/** A refusal as HTTP gives it, with the status of its code; RFC 6585 § 4 for when to come again. */
export function answerRefusal(refusal: AccessRefusal, reply: FastifyReply): object {
  const { code, retryAfterSeconds } = refusal;
  reply.status(statusOf(code));
  const message = code === 'SVT_SIGN_IN_REFUSED' ? undefined : refusal.message;
  const failure = { code, message: message ?? MESSAGES[code] };
  if (retryAfterSeconds === undefined) return { ...failure, params: {} };
  reply.header('retry-after', String(Math.ceil(retryAfterSeconds)));
  return { ...failure, params: { retryAfterSeconds } };
}
