/** Exit statuses of both programs: done; failed on the way, or the backup does not hold; not begun. */
export const DONE = 0;
export const FAILED = 1;
export const REFUSED = 2;

/** Ends the program with a text for a person. */
export class CommandFault extends Error {
  readonly status: typeof FAILED | typeof REFUSED;

  constructor(status: typeof FAILED | typeof REFUSED, text: string) {
    super(text);
    this.status = status;
  }
}
