const EARTH_KM = 6371;

/** Degrees. */
export interface Place {
  lat: number;
  lon: number;
}

/** The great-circle distance, km (haversine, Sinnott 1984, on a sphere of the mean radius). */
export function distanceKm(a: Place, b: Place): number {
  const [latA, latB] = [radians(a.lat), radians(b.lat)];
  const half = (one: number) => Math.sin(one / 2) ** 2;
  const chord = half(latB - latA) + Math.cos(latA) * Math.cos(latB) * half(radians(b.lon - a.lon));
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(chord)));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
