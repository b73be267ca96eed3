import type { Device, PowerSource } from '../../../../src/contract/device.ts';
import type { Kind } from '../../../../src/contract/kind.ts';

/** Outlines on a 24-unit grid, drawn in the text's colour; shape alone tells them apart. */
const PATHS = {
  plug: 'M9 2v6M15 2v6M6 8h12v3a6 6 0 0 1-12 0zM12 17v5',
  battery: 'M3 8h15v8H3zM21 11v2M6 11v2M9 11v2M12 11v2',
  batteryLow: 'M3 8h15v8H3zM21 11v2M6 11v2',
  bypass: 'M2 12h5l3-6h4M14 6h8M19 3l3 3-3 3M10 18h4',
  generator: 'M3 8h13v10H3zM16 11h3l2 2v3h-5M6 8V5h6v3M9.5 10l-2 3.5h4l-2 3',
  off: 'M12 3v8M6.3 6.8a8 8 0 1 0 11.4 0',
  unknown:
    'M9 9a3 3 0 1 1 4.2 2.8c-.8.4-1.2 1-1.2 2.2M12 17.6v.2M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20z',
  ups: 'M5 3h14v18H5zM9 7h6M13 10.5l-3 4h4l-3 4',
  scanner: 'M2 20h20M4 20V6h16v14M8 20v-6h8v6M12 6V3M9 10h6',
  mobileScanner:
    'M2 17V7h12v10M14 10h4l4 4v3h-2M8 17h7M2 17h1M5.5 15.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM17.5 15.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM5 10.5h6',
  supply: 'M12 2 6 22M12 2l6 20M8.5 13h7M7 18h10M9.5 8h5M4 8h16',
  alarm: 'M12 3 2 20h20zM12 9.5v5M12 17.3v.2',
  check: 'M4 12.5 9.5 18 20 6.5',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V12l3 2',
  gauge: 'M4 18a9 9 0 1 1 16 0M12 15l4-5',
  fuel: 'M4 21V4h9v17M3 21h11M6.5 8h4M13 11h3v6a1.8 1.8 0 0 0 3.6 0V9l-3-3',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 21 21',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c.6-4 4-6 8-6s7.4 2 8 6',
  link: 'M3 12h4l3-7 4 14 3-7h4',
  noLink: 'M3 12h4l2-5M11 17l1 2 3-7h6M3 3l18 18',
  arrowLeft: 'M20 12H5M11 5l-7 7 7 7',
  beam: 'M12 4v4M12 16v4M4 12h4M16 12h4M6.5 6.5l2.5 2.5M15 15l2.5 2.5M6.5 17.5 9 15M15 9l2.5-2.5',
} as const;
export type IconName = keyof typeof PATHS;

/** Decorative: the word that stands beside it is what a screen reader says. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

export const POWER_ICON: Record<PowerSource, IconName> = {
  mains: 'plug',
  battery: 'battery',
  low: 'batteryLow',
  bypass: 'bypass',
  generator: 'generator',
  off: 'off',
  unknown: 'unknown',
};

/** A mobile scanner stands on a lorry, and looks like it. */
export function deviceIcon(device: Pick<Device, 'kind' | 'isMobile'>): IconName {
  return device.isMobile === true ? 'mobileScanner' : KIND_ICON[device.kind];
}

const KIND_ICON: Record<Kind, IconName> = {
  ups: 'ups',
  scanner: 'scanner',
  power: 'supply',
};
