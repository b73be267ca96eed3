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

/** A drive through `points` at one mean speed; between them straight, which at this size is a great circle. */
export function createRoute(
  points: readonly Point[],
  { averageKmh }: { averageKmh: number },
): Route {
  const [first] = points;
  if (first === undefined) throw new RangeError('a route has at least one point');
  const legs = points.slice(1).map((to, index) => {
    const from = points[index] ?? first;
    return { from, to, km: distanceKm(from, to) };
  });
  const lengthKm = legs.reduce((sum, { km }) => sum + km, 0);
  const durationSeconds = (lengthKm / averageKmh) * 3600;
  const positionAt = (seconds: number): Point => {
    let km = Math.max(0, (seconds / 3600) * averageKmh);
    for (const leg of legs) {
      if (km < leg.km) {
        const share = km / leg.km;
        return {
          lat: leg.from.lat + (leg.to.lat - leg.from.lat) * share,
          lon: leg.from.lon + (leg.to.lon - leg.from.lon) * share,
        };
      }
      km -= leg.km;
    }
    return legs.at(-1)?.to ?? first;
  };
  return { lengthKm, durationSeconds, positionAt };
}
