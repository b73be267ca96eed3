import { describe, expect, it } from 'vitest';
import { faultOf } from '../../../src/adapters/duckdb/fault.ts';
import { SvitloError } from '../../../src/errors.ts';

/** Messages of DuckDB 1.x, as it gives them. */
describe('an error of DuckDB', () => {
  it.each([
    ["Invalid Input Error: No magic bytes found at end of file 'a.parquet'\n\nLINE 1: …", false],
    ["Invalid Input Error: File 'a.parquet' too small to be a Parquet file", false],
    ['Invalid Error: TProtocolException: Negative size', false],
    ['Binder Error: Referenced column "x" not found', false],
    ['Out of Memory Error: failed to pin block of size 256.0 KiB (18.8 MiB/19.0 MiB used)', true],
    ['IO Error: Cannot open file "a.parquet": No such file or directory', true],
    ['Invalid Error: std::bad_alloc', true],
    ['FATAL Error: database has been invalidated', true],
  ])('%s', (message, retryable) => {
    const cause = new Error(message);
    const code = retryable ? 'SVT_STORE_UNREACHABLE' : 'SVT_STORE_REFUSED';
    expect(faultOf(cause)).toMatchObject({ code, retryable, cause });
    expect((faultOf(cause) as Error).message).toContain(message.split('\n')[0]);
  });

  it('is told from any other', () => {
    for (const other of [new Error('the store is being closed'), 'text', undefined]) {
      expect(faultOf(other)).toBe(other);
    }
    const own = new SvitloError('SVT_INTERNAL', 'Fatal Error: no');
    expect(faultOf(own)).toBe(own);
  });
});
