import { useCallback, useEffect, useState } from 'preact/hooks';
import { call } from './session.ts';

export interface Loaded<T> {
  value: T | undefined;
  error: unknown;
  reload(): Promise<void>;
}

/** What a call answers, and again whenever something was changed. */
export function useLoaded<T>(path: string): Loaded<T> {
  const [value, setValue] = useState<T>();
  const [error, setError] = useState<unknown>();
  const reload = useCallback(async () => {
    try {
      setValue(await call<T>('GET', path));
      setError(undefined);
    } catch (failure) {
      setError(failure);
    }
  }, [path]);
  useEffect(() => {
    void reload();
  }, [reload]);
  return { value, error, reload };
}
