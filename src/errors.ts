/** Every error code, with the HTTP status that fits it; docs/errors.md explains each. */
export const ERROR_STATUS = {
  SVT_CONFIG_INVALID: 500,
  SVT_START_FAILED: 503,
  SVT_BAD_REQUEST: 400,
  SVT_TOO_LARGE: 413,
  SVT_SIGN_IN_NEEDED: 401,
  SVT_SIGN_IN_REFUSED: 401,
  SVT_CODE_NEEDED: 401,
  SVT_TOO_MANY_ATTEMPTS: 429,
  SVT_PASSWORD_WEAK: 400,
  SVT_LINK_SPENT: 410,
  SVT_NAME_TAKEN: 409,
  SVT_LAST_ADMINISTRATOR: 409,
  SVT_SIGN_IN_AGAIN: 403,
  SVT_ADMINISTRATOR_LIMITED: 409,
  SVT_OIDC_FAILED: 502,
  SVT_FORBIDDEN: 403,
  SVT_NOT_FOUND: 404,
  SVT_ALREADY_ACKNOWLEDGED: 409,
  SVT_ALARM_CHANGED: 409,
  SVT_NOT_ACTIVE: 409,
  SVT_ACKNOWLEDGE_FIRST: 409,
  SVT_NOT_LATCHED: 409,
  SVT_NOT_SHELVABLE: 409,
  SVT_SHELVE_TOO_LONG: 409,
  SVT_SHELVE_TOO_SHORT: 409,
  SVT_NOT_SHELVED: 409,
  SVT_ALREADY_OUT_OF_SERVICE: 409,
  SVT_NOT_OUT_OF_SERVICE: 409,
  SVT_ALREADY_TAKEN: 409,
  SVT_INCIDENT_CHANGED: 409,
  SVT_ALREADY_RESOLVED: 409,
  SVT_SITE_NEEDED: 400,
  SVT_STORE_UNREACHABLE: 503,
  SVT_STORE_REFUSED: 502,
  SVT_SPOOL_FAILED: 503,
  SVT_JOURNAL_FAILED: 503,
  SVT_ACCOUNTS_FAILED: 503,
  SVT_BROKER_FAILED: 503,
  SVT_INTERNAL: 500,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

interface ErrorOptions {
  retryable?: boolean;
  cause?: unknown;
  params?: Record<string, unknown>;
}

/** A failure with a stable code; `retryable` says whether the same call may succeed later. */
export class SvitloError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly params: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SvitloError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.params = options.params ?? {};
  }
}

/**
 * Goes on past what is refused for good, so that it takes nothing else with it: the first refusal is
 * thrown at the end. What may succeed later ends the work at once.
 */
export class Refusals {
  #first: SvitloError | undefined;

  async past(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof SvitloError) || error.retryable) throw error;
      this.#first ??= error;
    }
  }

  throwFirst(): void {
    if (this.#first !== undefined) throw this.#first;
  }
}

/** A configuration that stops the start, or a change of it that is refused: one line a fault. */
export function configFault(faults: readonly string[]): SvitloError {
  const lines = faults.map((fault) => `  ${fault}`).join('\n');
  return new SvitloError('SVT_CONFIG_INVALID', `wrong configuration\n${lines}`);
}
