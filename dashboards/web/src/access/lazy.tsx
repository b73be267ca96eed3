import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { texts } from '../language.ts';

/** A view that is loaded when it is first shown: the live page begins without it. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let Loaded: ComponentType<P> | undefined;
  return function Lazy(props: P) {
    const [attempt, setAttempt] = useState(0);
    const [state, setState] = useState<'loading' | 'loaded' | 'failed'>('loading');
    useEffect(() => {
      if (Loaded !== undefined) return;
      load().then(
        (view) => {
          Loaded = view;
          setState('loaded');
        },
        () => setState('failed'),
      );
    }, [attempt]);
    if (Loaded !== undefined) return <Loaded {...props} />;
    if (state === 'loading') return <p class="empty">{texts.value.ui.loading}</p>;
    return <LoadFailed onRetry={() => setAttempt(attempt + 1)} />;
  };
}

function LoadFailed({ onRetry }: { onRetry(): void }) {
  const { access } = texts.value;
  return (
    <div class="empty" role="alert">
      <strong>{access.loadFailed}</strong>
      <button type="button" onClick={onRetry}>
        {access.retry}
      </button>
    </div>
  );
}
