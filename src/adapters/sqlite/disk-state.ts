import type { Readiness, ReadinessState } from '../../contract/readiness.ts';

/** Result codes of SQLite, https://sqlite.org/rescode.html */
const READONLY = 8;
const FULL = 13;
const PRIMARY = 0xff;

/** An error of the file's own thread that names its state. */
export class DiskStateError extends Error {
  readonly state: ReadinessState;

  constructor(state: ReadinessState, message: string) {
    super(message);
    this.name = 'DiskStateError';
    this.state = state;
  }
}

/** The state that a failed write leaves a file in. */
export function diskStateOf(error: unknown): ReadinessState {
  if (error instanceof DiskStateError) return error.state;
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & PRIMARY : 0;
  if (code === FULL) return 'disk_full';
  return code === READONLY ? 'read_only' : 'failing';
}

/** How a file is, by the failure of the newest write to it; its `params.state` names the state. */
export function diskReadiness(failure: unknown): Readiness {
  if (failure === undefined) return { isReady: true, state: 'ok' };
  const detail = failure instanceof Error ? failure.message : String(failure);
  const params = failure instanceof Error && 'params' in failure ? failure.params : undefined;
  const state = (params as { state?: ReadinessState } | undefined)?.state ?? 'failing';
  return { isReady: false, state, detail };
}
