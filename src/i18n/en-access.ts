/** What the page says of sign-in wherever it stands; the rest comes with its views (`access-page.ts`). */
export const enAccessError = {
  SVT_SIGN_IN_NEEDED: 'You are not signed in, or your session has ended: sign in again',
  SVT_SIGN_IN_REFUSED: 'The name or the password is wrong. Check the keyboard layout and Caps Lock',
  SVT_CODE_NEEDED: 'Enter the code from your authenticator app',
  SVT_TOO_MANY_ATTEMPTS: 'Too many attempts: wait a little, then try again',
  SVT_PASSWORD_WEAK: 'This password is too easy to guess: choose a longer or a less common one',
  SVT_LINK_SPENT: 'This link has been used or has expired: ask an administrator for a new one',
  SVT_NAME_TAKEN: 'There is already an account of this name: choose another',
  SVT_SIGN_IN_AGAIN:
    'This asks for a sign-in of the last 15 minutes: sign out, sign in again and repeat it',
  SVT_LAST_ADMINISTRATOR: 'This is the last administrator: make another one first',
  SVT_ADMINISTRATOR_LIMITED:
    'An administrator cannot be limited to regions or sites: choose all sites, or another role',
  SVT_OIDC_FAILED:
    'The identity provider did not let you in, or cannot be reached: try again, or sign in by password',
};

export const enAccess = {
  role: {
    viewer: 'viewer',
    technician: 'technician',
    supervisor: 'supervisor',
    auditor: 'auditor',
    administrator: 'administrator',
  },
  permission: {
    see: 'see the live state and the past',
    report: 'see the outage summary',
    respond: 'respond to alarms',
    supervise: 'take incidents, change service and schedules',
    administer: 'administer accounts and tokens',
    scrape: 'read the monitor’s own metrics',
  },
  access: {
    demo: 'Demo: the devices are simulated',
    demoTitle: 'DEMO',
    noAccounts: 'No accounts yet: only this machine may open the page.',
    noAccountsHint:
      'To let others in, make the first administrator: open the one-time link from the monitor’s start-up log, or run “npm run user -- add”.',
    onlyThere: 'This page opens only on the monitor’s own machine',
    onlyThereHint:
      'There are no accounts yet. Open http://127.0.0.1 on that machine, or have the first administrator made there.',
    everything: 'all sites',
    regions: (n: number) => `regions: ${n}`,
    limitedSites: (n: number) => `sites: ${n}`,
    menu: (name: string) => `Account menu: ${name}`,
    account: 'My account',
    administer: 'Accounts and tokens',
    signIn: 'Sign in',
    signInAgain: 'Sign in again',
    signOut: 'Sign out',
    endsAt: (at: string) =>
      `Your session ends at ${at}. Sign in again now to go on without a break.`,
    endsIn: (span: string) => `${span} left`,
    ended: 'Your session has ended.',
    readOnly: 'Your session has ended: you may only look while an incident is open.',
    mayNotRespond: 'not acknowledged yet',
    unreachable: 'The server does not answer: check the connection and try again',
    loadFailed: 'This part of the page could not be loaded',
    retry: 'Try again',
  },
};
