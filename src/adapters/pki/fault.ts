/** Why an order to the private authority was not carried out; the command says it in words. */
export type PkiFaultReason =
  | 'no_authority'
  | 'authority_exists'
  | 'exists'
  | 'no_device'
  | 'name_too_long'
  | 'bad_name'
  | 'bad_host'
  | 'nothing_to_revoke'
  | 'unreadable';

export class PkiFault extends Error {
  readonly reason: PkiFaultReason;
  /** The file, identifier or name that it is about. */
  readonly about: string;

  constructor(reason: PkiFaultReason, about: string, cause?: unknown) {
    super(`${reason}: ${about}`, cause === undefined ? undefined : { cause });
    this.reason = reason;
    this.about = about;
  }
}
