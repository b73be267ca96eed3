import { SvitloError } from '../../errors.ts';

/** DuckDB names the class of an error before its text: `Out of Memory Error: …`. */
const CLASS = /^([A-Z][\w ]*) Error: (.*)/;
/** What fails however often it is asked: a damaged Parquet file, or a statement that is wrong. */
const FINAL =
  /^(Invalid Input|Binder|Catalog|Conversion|Mismatch Type|Parser|Serialization)$|^Invalid Error: TProtocolException/;

/** An error of DuckDB as the rest knows it; any other as it is. */
export function faultOf(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof SvitloError) return error;
  const [reason, kind = ''] = CLASS.exec(error.message) ?? [];
  if (reason === undefined) return error;
  return FINAL.test(kind) || FINAL.test(reason)
    ? new SvitloError('SVT_STORE_REFUSED', `DuckDB refused: ${reason}`, { cause: error })
    : new SvitloError('SVT_STORE_UNREACHABLE', `DuckDB: ${reason}`, {
        retryable: true,
        cause: error,
      });
}
