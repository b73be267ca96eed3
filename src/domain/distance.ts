const EARTH_KM = 6371;
const RADIANS = Math.PI / 180;

/** Where something stands: degrees, WGS 84. */
export interface Place {
  lat: number;
  lon: number;
}

/** The great-circle distance (km), by the haversine formula on a sphere. */
export function distanceKm(from: Place, to: Place): number {
  const halfLat = Math.sin(((to.lat - from.lat) * RADIANS) / 2);
  const halfLon = Math.sin(((to.lon - from.lon) * RADIANS) / 2);
  const chord =
    halfLat ** 2 + Math.cos(from.lat * RADIANS) * Math.cos(to.lat * RADIANS) * halfLon ** 2;
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(chord)));
}
