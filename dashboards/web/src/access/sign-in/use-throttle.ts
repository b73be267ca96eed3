import { useState } from 'preact/hooks';
import { now } from '../../feed/store.ts';
import { CallError } from '../call.ts';

/** How long the server lets nobody try (seconds), counted down; 0: it does. */
export function useThrottle(): [secondsLeft: number, take: (error: unknown) => void] {
  const [until, setUntil] = useState(0);
  const left = Math.max(0, Math.ceil((until - now.value) / 1000));
  return [
    left,
    (error) => {
      if (!(error instanceof CallError) || error.code !== 'SVT_TOO_MANY_ATTEMPTS') return;
      setUntil(now.peek() + (error.retryAfterSeconds ?? 30) * 1000);
    },
  ];
}
