/** Degrees, WGS 84. */
export interface Point {
  lat: number;
  lon: number;
}

export interface Route {
  lengthKm: number;
  durationSeconds: number;
  /** Where one is after this time; the ends hold before and after. */
  positionAt(seconds: number): Point;
}

const EARTH_KM = 6371.0088;
const RADIANS = Math.PI / 180;

/** Great-circle distance, km, by the haversine formula on a sphere of the Earth's mean radius (IUGG). */
export function distanceKm(from: Point, to: Point): number {
  const dLat = (to.lat - from.lat) * RADIANS;
  const dLon = (to.lon - from.lon) * RADIANS;
  const half =
    Math.sin(dLat / 2) ** 2 +
    Math.cos(from.lat * RADIANS) * Math.cos(to.lat * RADIANS) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(half));
}

/**
 * The point at `share` (0–1) of the great circle between two points an angle of `radians` apart, by
 * spherical linear interpolation of their unit vectors (K. Shoemake 1985):
 * v = (sin((1−f)·Ω)·a + sin(f·Ω)·b)/sin Ω.
 */
function between(leg: { from: Point; to: Point; radians: number }, share: number): Point {
  const { from, to, radians } = leg;
  const [a, b] = [Math.sin((1 - share) * radians), Math.sin(share * radians)];
  const [aFlat, bFlat] = [a * Math.cos(from.lat * RADIANS), b * Math.cos(to.lat * RADIANS)];
  // The common divisor sin Ω does not change a direction.
  const x = aFlat * Math.cos(from.lon * RADIANS) + bFlat * Math.cos(to.lon * RADIANS);
  const y = aFlat * Math.sin(from.lon * RADIANS) + bFlat * Math.sin(to.lon * RADIANS);
  const z = a * Math.sin(from.lat * RADIANS) + b * Math.sin(to.lat * RADIANS);
  return { lat: Math.atan2(z, Math.hypot(x, y)) / RADIANS, lon: Math.atan2(y, x) / RADIANS };
}

/**
 * A drive through `points` (degrees) at one mean speed (km/h), along the great circles between them.
 * Lengths in km, times in seconds. Throws `RangeError` without any point.
 */
export function createRoute(
  points: readonly Point[],
  { averageKmh }: { averageKmh: number },
): Route {
  const [first] = points;
  if (first === undefined) throw new RangeError('a route has at least one point');
  const legs = points.slice(1).map((to, index) => {
    const from = points[index] ?? first;
    const km = distanceKm(from, to);
    return { from, to, km, radians: km / EARTH_KM };
  });
  const lengthKm = legs.reduce((sum, { km }) => sum + km, 0);
  const durationSeconds = (lengthKm / averageKmh) * 3600;
  const positionAt = (seconds: number): Point => {
    if (seconds <= 0) return first;
    let km = (seconds / 3600) * averageKmh;
    for (const leg of legs) {
      if (km < leg.km) return between(leg, km / leg.km);
      km -= leg.km;
    }
    return legs.at(-1)?.to ?? first;
  };
  return { lengthKm, durationSeconds, positionAt };
}
