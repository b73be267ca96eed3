/**
 * What scans at a crossing. `fixed`: a stationary scanner; `mobile`: a mobile one; `both`.
 * Placement is from public press only, else plausible; loads and ratings are judgement.
 */
type Equipment = 'fixed' | 'mobile' | 'both';

export interface Crossing {
  id: string;
  uk: string;
  en: string;
  region: string;
  lat: number;
  lon: number;
  queue: string;
  equipment: Equipment;
  /** A mains meter with a transfer switch reports from here. */
  hasSupply: boolean;
  /** Who gave the mobile scanner, where the press names a donor. */
  donor?: string;
}

type Row = [
  id: string,
  uk: string,
  en: string,
  lat: number,
  lon: number,
  queue: string,
  equipment: Equipment,
  extra?: { hasSupply?: boolean; donor?: string },
];

const SUPPLY = { hasSupply: true };
const USAID = { donor: 'USAID' };

/** The crossings by oblast; coordinates ±2–5 km (public lists disagree by 1–16 km). */
const rows: Record<string, readonly Row[]> = {
  volyn: [
    ['yahodyn', 'Ягодин', 'Yahodyn', 51.19, 23.83, '1.1', 'both', SUPPLY],
    ['ustyluh', 'Устилуг', 'Ustyluh', 50.86, 24.16, '1.2', 'fixed'],
  ],
  lviv: [
    ['uhryniv', 'Угринів', 'Uhryniv', 50.58, 24.09, '2.1', 'fixed'],
    ['rava-ruska', 'Рава-Руська', 'Rava-Ruska', 50.27, 23.6, '2.2', 'fixed', SUPPLY],
    ['hrushiv', 'Грушів', 'Hrushiv', 50.1, 23.29, '3.2', 'fixed'],
    ['krakivets', 'Краківець', 'Krakivets', 49.96, 23.12, '3.1', 'both', SUPPLY],
    ['shehyni', 'Шегині', 'Shehyni', 49.8, 22.96, '3.1', 'fixed', SUPPLY],
    ['nyzhankovychi', 'Нижанковичі', 'Nyzhankovychi', 49.68, 22.78, '4.1', 'fixed'],
    ['smilnytsia', 'Смільниця', 'Smilnytsia', 49.48, 22.7, '4.2', 'fixed'],
  ],
  zakarpattia: [
    ['malyi-bereznyi', 'Малий Березний', 'Malyi Bereznyi', 48.88, 22.42, '5.1', 'mobile'],
    ['uzhhorod', 'Ужгород', 'Uzhhorod', 48.66, 22.27, '5.2', 'both', USAID],
    ['chop-tysa', 'Чоп (Тиса)', 'Chop (Tysa)', 48.42, 22.18, '6.1', 'both', { donor: 'EU' }],
    ['kosyno', 'Косино', 'Kosyno', 48.24, 22.47, '6.2', 'mobile'],
    ['luzhanka', 'Лужанка', 'Luzhanka', 48.17, 22.57, '1.1', 'fixed'],
    ['vylok', 'Вилок', 'Vylok', 48.11, 22.83, '1.2', 'mobile'],
    ['diakove', 'Дякове', 'Diakove', 48, 23, '2.1', 'mobile', USAID],
    ['solotvyno', 'Солотвино', 'Solotvyno', 47.95, 23.87, '2.2', 'mobile'],
  ],
  chernivtsi: [
    ['krasnoilsk', 'Красноїльськ', 'Krasnoilsk', 47.96, 25.6, '3.1', 'fixed'],
    ['porubne', 'Порубне', 'Porubne', 47.99, 26.06, '3.2', 'both', { ...SUPPLY, ...USAID }],
    ['mamalyha', 'Мамалига', 'Mamalyha', 48.26, 26.61, '4.1', 'fixed'],
    ['rososhany', 'Росошани', 'Rososhany', 48.37, 26.97, '4.2', 'fixed'],
  ],
  vinnytsia: [
    ['mohyliv-podilskyi', 'Могилів-Подільський', 'Mohyliv-Podilskyi', 48.44, 27.8, '5.1', 'fixed'],
    ['bronnytsia', 'Бронниця', 'Bronnytsia', 48.42, 27.92, '5.2', 'fixed'],
  ],
  odesa: [
    ['starokozache', 'Старокозаче', 'Starokozache', 46.38, 30.02, '6.1', 'fixed'],
    ['palanka', 'Паланка', 'Palanka', 46.41, 30.1, '6.2', 'fixed'],
    ['tabaky', 'Табаки', 'Tabaky', 45.75, 28.61, '1.1', 'fixed'],
    ['vynohradivka', 'Виноградівка', 'Vynohradivka', 45.7, 28.57, '1.2', 'fixed'],
    ['reni', 'Рені', 'Reni', 45.45, 28.21, '2.1', 'mobile', USAID],
    ['orlivka', 'Орлівка (пором)', 'Orlivka', 45.28, 28.45, '2.2', 'mobile', USAID],
  ],
};

function crossing(region: string, row: Row): Crossing {
  const [id, uk, en, lat, lon, queue, equipment, extra] = row;
  return { id, uk, en, region, lat, lon, queue, equipment, hasSupply: false, ...extra };
}

/** The 29 crossings of the demo. */
export const CROSSINGS: readonly Crossing[] = Object.entries(rows).flatMap(([region, list]) =>
  list.map((row) => crossing(region, row)),
);
