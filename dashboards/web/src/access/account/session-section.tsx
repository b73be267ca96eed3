import type { AccountView } from '../../../../../src/contract/access.ts';
import { format } from '../../language.ts';
import { Outside } from '../../part/outside.tsx';
import { Fault } from '../fault.tsx';
import { pageTexts } from '../page-texts.ts';
import { call, signOut } from '../session.ts';
import { type Act, useAct } from '../use-act.ts';
import type { SectionProps } from './account-view.tsx';
import { browserName } from './browser-name.ts';

type Session = AccountView['sessions'][number];

function end(session: Session): Promise<void> {
  if (session.isCurrent) return signOut();
  return call('DELETE', `/account/sessions/${encodeURIComponent(session.id)}`);
}

function Row({ session, act, reload }: { session: Session; act: Act } & Reload) {
  const { account: words } = pageTexts.value;
  const onEnd = async (): Promise<void> => {
    await end(session);
    if (!session.isCurrent) await reload();
  };
  return (
    <li data-session={session.id}>
      <div class="row-text">
        <span class="clamp">
          <Outside text={browserName(session.agent)} />
        </span>
        <small class="muted">
          {words.from(session.address)} · {words.lastUsed}{' '}
          {format.value.dateTime(session.lastUsedAt)}
        </small>
        {session.isCurrent && <small class="badge current">{words.thisOne}</small>}
      </div>
      <button
        type="button"
        data-action="end-session"
        disabled={act.isBusy}
        onClick={() => void act.run(onEnd)}
      >
        {words.end}
      </button>
    </li>
  );
}

type Reload = Pick<SectionProps, 'reload'>;

export function SessionSection({ account, reload }: SectionProps) {
  const { account: words } = pageTexts.value;
  const act = useAct();
  const others = account.sessions.filter(({ isCurrent }) => !isCurrent);
  const endOthers = async (): Promise<void> => {
    for (const session of others) await end(session);
    await reload();
  };
  return (
    <section class="card" aria-labelledby="sessions-title" data-part="sessions">
      <h2 id="sessions-title">{words.sessionsTitle}</h2>
      <ul class="rows">
        {account.sessions.map((session) => (
          <Row key={session.id} session={session} act={act} reload={reload} />
        ))}
      </ul>
      <Fault error={act.error} />
      {others.length > 0 && (
        <button
          type="button"
          data-action="end-others"
          disabled={act.isBusy}
          onClick={() => void act.run(endOthers)}
        >
          {words.endOthers}
        </button>
      )}
    </section>
  );
}
