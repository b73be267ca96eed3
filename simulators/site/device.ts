import type { SiteConfig } from '../../src/contract/config.ts';
import type { ScannerState } from '../../src/contract/scanner-state.ts';
import { SimulatedScanner } from '../devices/scanner.ts';
import { SimulatedUps } from '../devices/ups.ts';
import type { Random } from '../random.ts';

export type DeviceConfig = SiteConfig['devices'][string];

function startState(random: Random): ScannerState {
  const draw = random.next();
  if (draw < 0.8) return 'ready';
  return draw < 0.93 ? 'standby' : 'warming_up';
}

/** A UPS as the seed has it: a sound string, sometimes not quite full. */
export function createUps(device: DeviceConfig, random: Random): SimulatedUps {
  const { kW = 36, capacityAh = 65, blocks = 32 } = device.rated ?? {};
  const stateOfHealth = random.between(0.82, 1);
  const temperatureC = random.between(20, 27);
  // A few strings are still recharging from an earlier cut.
  const charge = random.next() < 0.2 ? random.between(0.75, 0.98) : 1;
  const battery = { capacityAh, blocks, ratedKw: kW, stateOfHealth, temperatureC };
  return new SimulatedUps({ battery, charge, random });
}

interface ScannerInput {
  device: DeviceConfig;
  config: SiteConfig;
  random: Random;
}

/** A scanner as the seed has it, most often in the middle of its working day. */
export function createScanner({ device, config, random }: ScannerInput): SimulatedScanner {
  return new SimulatedScanner({
    isMobile: device.mobile ?? false,
    random,
    state: startState(random),
    lat: config.lat ?? 49,
    lon: config.lon ?? 31,
    chillerSetpoint: device.rated?.chillerSetpoint ?? 28,
    flow: device.rated?.flow ?? 20,
  });
}
