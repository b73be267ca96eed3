// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no place for them
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/g;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for XML or HTML, between tags or in quotes; whatever a device named itself. */
export function escapeText(text: string): string {
  return text.replace(CONTROL, '').replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);
}
