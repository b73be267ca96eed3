import type { CommandAnswer } from '../contract/command.ts';

const ANSWERS_KEPT = 10_000;

/** The answers that commands got, the newest ones, by command and subject. */
export class CommandAnswers {
  readonly #answers = new Map<string, Promise<CommandAnswer>>();

  restore(known: readonly { key: string; answer: CommandAnswer }[]): void {
    for (const { key, answer } of known) this.add(key, Promise.resolve(answer));
  }

  get(key: string): Promise<CommandAnswer> | undefined {
    return this.#answers.get(key);
  }

  add(key: string, answer: Promise<CommandAnswer>): void {
    this.#answers.set(key, answer);
    const oldest = this.#answers.keys().next().value;
    if (this.#answers.size > ANSWERS_KEPT && oldest !== undefined) this.#answers.delete(oldest);
  }
}
