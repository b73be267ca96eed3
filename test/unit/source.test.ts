import { globSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const files = globSync(['src/**/*.ts', 'collectors/**/*.ts', 'dashboards/web/src/**/*.{ts,tsx}'], {
  cwd: root,
}).filter((file) => !file.endsWith('.test.ts'));
const texts = files.map((file) => [file, readFileSync(resolve(root, file), 'utf8')] as const);

test('the sources are found', () => {
  expect(files.length).toBeGreaterThan(300);
});

/** What asks for a second look wherever it stands, and where it has had one. */
test.each<[string, RegExp, string[]]>([
  ['code from text', /\beval\(|\bnew Function\(|['"]node:vm['"]|setTimeout\(['"`]/, []],
  // Of names that stand beside it.
  ['a regular expression from text', /\bnew RegExp\(|\bRegExp\(/, ['src/log.ts']],
  [
    'another program',
    /['"]node:child_process['"]/,
    // Neither is given a word from outside.
    ['src/adapters/systemd/notify.ts', 'src/command/doctor/clock.ts'],
  ],
  ['a broken hash', /(createHash|createHmac|\bhash|digest)\(\s*['"](md5|sha1|md4|ripemd)/i, []],
  // Spreads the attempts of many monitors at one store.
  ['chance that can be guessed', /Math\.random\(/, ['src/pipeline/drain.ts']],
  [
    'a certificate that is not checked',
    /rejectUnauthorized: false/,
    [
      // Asks for a certificate, and lets nobody in by one that does not hold.
      'collectors/mqtt/broker-server.ts',
      // Look at what is served here, and send nothing.
      'src/command/doctor/monitor-beside.ts',
      'src/command/doctor/served-certificate.ts',
    ],
  ],
  [
    'a cookie or store of the browser',
    /document\.cookie|localStorage|sessionStorage|indexedDB/,
    ['dashboards/web/src/storage.ts'],
  ],
  [
    'something that the browser keeps',
    /from '.*\/storage\.ts'/,
    ['dashboards/web/src/language.ts', 'dashboards/web/src/shift.ts'],
  ],
  [
    'a message from another window',
    /addEventListener\(\s*'message'|window\.onmessage|window\.postMessage/,
    // Between the tabs of this origin (BroadcastChannel).
    ['dashboards/web/src/access/session.ts'],
  ],
])('%s stands nowhere else', (_, pattern, allowed) => {
  const found = texts.filter(([, text]) => pattern.test(text)).map(([file]) => file);
  expect(found.toSorted()).toEqual(allowed.toSorted());
});

test('only these parts call other machines, each by an address of the settings', () => {
  const calls =
    /\bfetch\(|\b(request|get)\b.*from 'node:https?'|from '(nodemailer|openid-client|mqtt)'|\bconnect\b.*from 'node:(net|tls)'/;
  const found = texts.filter(([file, text]) => !file.startsWith('dashboards') && calls.test(text));
  expect([...new Set(found.map(([file]) => dirname(file)))].toSorted()).toEqual([
    'collectors/mqtt',
    // A socket of the data folder.
    'src/adapters/control',
    'src/adapters/credential',
    'src/adapters/influx',
    'src/command/doctor',
  ]);
});
