import { describe, expect, test } from 'vitest';
import { passwordFault } from '../../../../src/domain/access/password-rule.ts';

describe('a new password', () => {
  test.each([
    'correct horse battery staple',
    'три їжаки біля перону',
    'Vk7#mPq2$zL9',
    'зелений трамвай о сьомій',
    'olena likes border tea',
    'xxxKq8 довгий і дивний рядок',
    'w'.concat('abcde кава 19 мостів'.repeat(6)),
  ])('%s is taken', (password) => {
    expect(passwordFault(password, 'olena')).toBeUndefined();
  });

  test.each([
    ['too_short', 'Vk7#mPq2$zL'],
    ['too_short', '🔑🔑🔑🔑🔑🔑'],
    ['too_long', 'correct horse '.repeat(10)],
    ['name', 'olena-olena-olena'],
    ['name', 'Olena2026!!!'],
    ['common', 'svitlo2026!!'],
    ['common', 'Світло-2026-1'],
    ['common', 'password1234'],
    ['common', 'PasswordPassword'],
    ['common', 'qwertyuiop123'],
    ['common', 'qwerty123456'],
    ['common', '123456789012'],
    ['common', 'йцукенгшщзхї'],
    ['common', 'aaaaaaaaaaaaaaa'],
    ['common', 'ababababacacacac'],
    ['common', 'kR9!kR9!kR9!'],
    ['common', 'kR9!b.kR9!b.'],
    ['common', 'professional2024!'],
    ['common', 'dragondragon99'],
    ['common', '!!1qaz2wsx3edc!!'],
    ['common', '91 48-2275 3306'],
    ['common', '1qaz2wsx3edc4rfv'],
  ] as const)('is refused as %s: %s', (fault, password) => {
    expect(passwordFault(password, 'olena')).toBe(fault);
  });

  test('may have a short name in it', () => {
    expect(passwordFault('yu walks to the depot', 'yu')).toBeUndefined();
  });
});
