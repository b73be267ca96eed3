import { useEffect, useState } from 'preact/hooks';
import type { Device } from '../../../../src/contract/device.ts';
import type { Metric } from '../../../../src/contract/metric.ts';
import { deviceKey } from '../feed/apply.ts';
import { feed } from '../feed/store.ts';
import { fetchCatalogue, fetchDevice, NotFoundError } from './api.ts';
import { mergeDevice } from './merge-device.ts';

const REFRESH_MS = 3000;

export interface OpenDevice {
  device: Device | undefined;
  isMissing: boolean;
  catalogue: ReadonlyMap<string, Metric>;
}

/** All metrics of one device, asked for every few seconds, with the live feed's summary on top. */
export function useDevice(site: string, id: string): OpenDevice {
  const [fetched, setFetched] = useState<Device>();
  const [isMissing, setMissing] = useState(false);
  const [catalogue, setCatalogue] = useState<ReadonlyMap<string, Metric>>(new Map());
  useEffect(() => {
    const abort = new AbortController();
    const load = async (): Promise<void> => {
      try {
        const device = await fetchDevice(site, id, abort.signal);
        setFetched(device);
        setMissing(false);
        setCatalogue(await fetchCatalogue());
      } catch (error) {
        // Any other failure shows as age: the values stay and grow old.
        if (error instanceof NotFoundError) setMissing(true);
      }
    };
    void load();
    const timer = setInterval(() => void load(), REFRESH_MS);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [site, id]);
  const live = feed.value.devices.get(deviceKey(site, id));
  return {
    device: mergeDevice(fetched, live),
    isMissing: isMissing && live === undefined,
    catalogue,
  };
}
