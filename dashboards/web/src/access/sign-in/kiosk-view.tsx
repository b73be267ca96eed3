import { useEffect } from 'preact/hooks';
import { linkToken } from '../../route.ts';
import { Fault } from '../fault.tsx';
import { pageTexts } from '../page-texts.ts';
import { signIn } from '../session.ts';
import { useAct } from '../use-act.ts';
import '../../style/access.css';

/** A wall screen is opened by its token once; the browser then keeps it. */
export function KioskView() {
  const { kiosk } = pageTexts.value;
  const act = useAct();
  useEffect(() => {
    void act.run(() => signIn('/session/kiosk', { token: linkToken ?? '' }));
  }, []);
  return (
    <section class="card narrow" aria-labelledby="kiosk-title" data-view="kiosk">
      <h1 id="kiosk-title">{kiosk.title}</h1>
      <p class="muted">{act.error === undefined ? kiosk.opening : kiosk.hint}</p>
      <Fault
        error={act.error}
        instead={{ SVT_SIGN_IN_REFUSED: kiosk.refused, SVT_BAD_REQUEST: kiosk.refused }}
      />
    </section>
  );
}
