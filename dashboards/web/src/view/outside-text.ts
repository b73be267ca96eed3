/** Longer texts of devices and people are cut: nobody reads on, and the page stays whole. */
const LONGEST = 200;

/** C0, DEL and C1 control characters, and what orders or hides text unseen (Unicode TR 36, UAX 9). */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

function seen(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x09 || code === 0x0a || code === 0x0d) return ' ';
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
}

/** Text from outside as it may stand on the page: nothing unseen in it, and not endless. */
export function outsideText(text: string, longest: number = LONGEST): string {
  // Cut before the whole is looked through: it may be megabytes.
  const head = Array.from(text.slice(0, 2 * longest + 2));
  const isCut = head.length > longest || text.length > 2 * longest + 2;
  const kept = (isCut ? head.slice(0, longest) : head).join('').toWellFormed();
  return `${kept.replace(UNSEEN, seen)}${isCut ? '…' : ''}`;
}
