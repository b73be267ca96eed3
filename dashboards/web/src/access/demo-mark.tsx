import { texts } from '../language.ts';
import { Icon } from '../part/icon.tsx';
import { isDemo } from './session.ts';

/** On every view, and not to be closed: nobody may take simulated devices for real ones. */
export function DemoMark() {
  if (!isDemo.value) return null;
  return (
    <p class="demo-mark" data-mark="demo">
      <Icon name="beam" />
      {texts.value.access.demo}
    </p>
  );
}
