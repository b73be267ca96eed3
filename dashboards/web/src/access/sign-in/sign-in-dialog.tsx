import { texts } from '../../language.ts';
import { Modal } from '../modal.tsx';
import { pageTexts } from '../page-texts.ts';
import { who } from '../session.ts';
import { SignInForm } from './sign-in-form.tsx';

/** A new sign-in over the page, which goes on being shown. */
export function SignInDialog({ onClose }: { onClose(): void }) {
  return (
    <Modal title={pageTexts.value.signIn.againTitle} name="sign-in-again" onClose={onClose}>
      <SignInForm name={who.value?.name ?? ''} />
      <button type="button" class="quiet" onClick={onClose}>
        {texts.value.ui.cancel}
      </button>
    </Modal>
  );
}
