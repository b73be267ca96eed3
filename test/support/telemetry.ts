/** A UPS message of twelve metrics, as a device sends it; `ts` in ms since 1970 UTC. */
export function upsPayload(ts: number, status = 'OL CHRG', seq = 0): string {
  return JSON.stringify({
    ts,
    seq,
    'ups.status': status,
    'ups.load': 42 + (seq % 10) / 10,
    'ups.temperature': 31.2,
    'ups.realpower': 16_800,
    'battery.charge': 98.5,
    'battery.runtime': 1820,
    'battery.voltage': 271.4,
    'battery.temperature': 24.1,
    'input.voltage': status.startsWith('OB') ? 0 : 229.8,
    'input.frequency': status.startsWith('OB') ? 0 : 49.98,
    'output.voltage': 230.1,
    'output.current': 31.2,
  });
}

export function scannerPayload(ts: number, state = 'ready', seq = 0): string {
  return JSON.stringify({
    ts,
    seq,
    state,
    'beam.on': state === 'scanning',
    'beam.energy': 6,
    'source.dose_rate': 0,
    'chiller.temp': 28.1,
    'chiller.flow': 20.3,
    'scan.count': 103 + seq,
    estop: false,
    zone_clear: true,
    'power.active': 15.8,
  });
}
