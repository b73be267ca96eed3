import { useRef, useState } from 'preact/hooks';

export interface Act {
  isBusy: boolean;
  error: unknown;
  /** Runs one act at a time; a failure is kept to be shown until the next. */
  run(work: () => Promise<void>): Promise<void>;
}

/** One thing that a person does on the page, under way or failed. */
export function useAct(): Act {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const isRunning = useRef(false);
  const run = async (work: () => Promise<void>): Promise<void> => {
    if (isRunning.current) return;
    isRunning.current = true;
    setBusy(true);
    setError(undefined);
    try {
      await work();
    } catch (failure) {
      setError(failure ?? new Error('failed'));
    } finally {
      isRunning.current = false;
      setBusy(false);
    }
  };
  return { isBusy, error, run };
}
