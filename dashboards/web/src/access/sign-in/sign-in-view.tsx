import { refusedCode } from '../../route.ts';
import { pageTexts } from '../page-texts.ts';
import { parting } from '../session.ts';
import { SignInForm } from './sign-in-form.tsx';

/** Instead of the page, while nobody is signed in. */
export function SignInView() {
  const { signIn } = pageTexts.value;
  return (
    <section class="card narrow" aria-labelledby="sign-in-title" data-view="sign-in">
      <h1 id="sign-in-title">{signIn.title}</h1>
      {parting.value !== undefined && (
        <p class="note" role="status" data-parting={parting.value}>
          {parting.value === 'signed_out' ? signIn.signedOut : signIn.ended}
        </p>
      )}
      <SignInForm refusedCode={refusedCode} />
      <p class="muted small">{signIn.help}</p>
    </section>
  );
}
