import { expect, test } from 'vitest';
import { asTable } from '../../../src/command/user/table.ts';

test('what a terminal would act upon is made visible, and the columns stay', () => {
  const rows = [
    ['name', 'role'],
    ['kiosk\u001b[31m\u202e', 'see'],
    ['two\nlines', 'see'],
  ];
  expect(asTable(rows)).toBe('name         role\nkiosk·[31m·  see\ntwo·lines    see');
});
