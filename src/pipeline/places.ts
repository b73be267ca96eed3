import type { DeviceConfig, SiteConfig, Topology } from '../contract/config.ts';
import type { SchedulePlace } from '../domain/schedule/schedule-book.ts';

/** A stationary scanner, and one that must stow its boom first (seconds; domain judgement). */
const SAFE_SHUTDOWN_SECONDS = { fixed: 480, mobile: 600 };

/** A scanner by what it needs to be shut down without harm. */
export interface ScannerPlace {
  id: string;
  poweredBy: readonly string[];
  isMobile: boolean;
  safeShutdownSeconds: number;
  donor?: string;
}

/** What is configured of a site, as correlation, ledger and schedule ask for it. */
export interface SitePlace {
  config: SiteConfig;
  schedule: SchedulePlace;
  scanners: readonly ScannerPlace[];
  ups: readonly { id: string; feed?: string }[];
  supplies: readonly { id: string; feed?: string }[];
}

/** The sites of a topology, each worked out once. */
export class Places {
  readonly #sites: Topology['sites'];
  readonly #known = new Map<string, SitePlace>();

  constructor({ sites }: Pick<Topology, 'sites'>) {
    this.#sites = sites;
  }

  /** `undefined` for a site that is not configured. */
  of(site: string): SitePlace | undefined {
    const known = this.#known.get(site);
    if (known !== undefined) return known;
    const config = Object.hasOwn(this.#sites, site) ? this.#sites[site] : undefined;
    if (config === undefined) return undefined;
    const place = placeOf(site, config);
    this.#known.set(site, place);
    return place;
  }

  /** Whether a device is configured. */
  has(site: string, device: string): boolean {
    const devices = this.of(site)?.config.devices;
    return devices !== undefined && Object.hasOwn(devices, device);
  }

  all(): SitePlace[] {
    return Object.keys(this.#sites).flatMap((site) => this.of(site) ?? []);
  }

  /** The scanners that take their power from a UPS. */
  fedBy(site: string, ups: string): readonly ScannerPlace[] {
    return this.of(site)?.scanners.filter(({ poweredBy }) => poweredBy.includes(ups)) ?? [];
  }
}

function placeOf(site: string, config: SiteConfig): SitePlace {
  const devices = Object.entries(config.devices);
  const ofKind = (kind: DeviceConfig['kind']) =>
    devices
      .filter(([, device]) => device.kind === kind)
      .map(([id, { feed }]) => ({ id, ...(feed === undefined ? {} : { feed }) }));
  return {
    config,
    schedule: { site, region: config.region, queue: config.queue, exempt: config.exempt },
    scanners: devices.filter(([, { kind }]) => kind === 'scanner').map(scannerOf),
    ups: ofKind('ups'),
    supplies: ofKind('power'),
  };
}

function scannerOf([id, config]: [string, DeviceConfig]): ScannerPlace {
  const { poweredBy = [], mobile: isMobile = false, safeShutdown, donor } = config;
  const usual = isMobile ? SAFE_SHUTDOWN_SECONDS.mobile : SAFE_SHUTDOWN_SECONDS.fixed;
  return {
    id,
    poweredBy,
    isMobile,
    safeShutdownSeconds: safeShutdown ?? usual,
    ...(donor === undefined ? {} : { donor }),
  };
}
