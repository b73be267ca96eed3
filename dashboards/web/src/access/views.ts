import { lazy } from './lazy.tsx';

export const SignInView = lazy(() =>
  import('./sign-in/sign-in-view.tsx').then((m) => m.SignInView),
);
export const SignInDialog = lazy(() =>
  import('./sign-in/sign-in-dialog.tsx').then((m) => m.SignInDialog),
);
export const LinkView = lazy(() => import('./sign-in/link-view.tsx').then((m) => m.LinkView));
export const KioskView = lazy(() => import('./sign-in/kiosk-view.tsx').then((m) => m.KioskView));
export const AccountView = lazy(() =>
  import('./account/account-view.tsx').then((m) => m.AccountView),
);
export const AdministerView = lazy(() =>
  import('./administer/administer-view.tsx').then((m) => m.AdministerView),
);
export const ReportView = lazy(() => import('./report/report-view.tsx').then((m) => m.ReportView));
