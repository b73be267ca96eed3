import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../../dashboards/web/src');
const sources = globSync('**/*.tsx', { cwd: root }).map(
  (file) => [file, readFileSync(resolve(root, file), 'utf8')] as const,
);

test('a password is hidden until it is asked for, in the one field that there is for it', () => {
  const fields = sources.filter(([, text]) => text.includes('type="password"'));
  expect(fields.map(([file]) => file)).toEqual(['access/password-field.tsx']);
});

test('nothing stands in the way of pasting or of a password manager', () => {
  const hinders = /onPaste|onpaste|user-select|addEventListener\('paste'/;
  expect(sources.filter(([, text]) => hinders.test(text)).map(([file]) => file)).toEqual([]);
  const uses = sources.flatMap(([, text]) => text.match(/<PasswordField[\s\S]*?\/>/g) ?? []);
  expect(uses.length).toBeGreaterThan(2);
  for (const use of uses) expect(use).toMatch(/autocomplete="(current|new)-password"/);
});
