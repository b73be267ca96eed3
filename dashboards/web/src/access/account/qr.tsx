import { encode } from 'uqr';

/** The dark modules as one path, each a unit square. */
function outline(rows: readonly (readonly boolean[])[]): string {
  return rows
    .map((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')).join(''))
    .join('');
}

/** A QR code, dark on light in either colour scheme: cameras need it so. */
export function Qr({ text, label }: { text: string; label: string }) {
  const { size, data } = encode(text, { ecc: 'M', border: 4 });
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`}>
      <rect class="qr-light" width={size} height={size} />
      <path class="qr-dark" d={outline(data)} />
    </svg>
  );
}
