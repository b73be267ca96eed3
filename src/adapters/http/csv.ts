const CRLF = '\r\n';

type Cell = string | number | boolean | undefined;

/**
 * A table as RFC 4180 CSV with a header row. A text that a spreadsheet would take for a formula gets an
 * apostrophe in front (OWASP, CSV injection): names in it come from devices and people.
 */
export function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => row.map(encodeCell).join(',') + CRLF).join('');
}

function encodeCell(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
