import { MARKS, type Mark, type Testimony } from './mark.ts';
import type { Run, Track } from './track.ts';

/** What outlives the process, by key; without a body it is forgotten. */
export interface RememberedPiece {
  key: string;
  body: string | undefined;
}

/** Of a run: begin, length (ms), the mark's position in MARKS, 1 for late and 2 for firm. */
type SavedRun = [from: number, lengthMs: number, mark: number, flags: number];

const LATE = 1;
const FIRM = 2;

/** The pieces of a device's history that are not saved yet; key `site/device/hour`. */
export function takeUnsaved(site: string, device: string, track: Track): RememberedPiece[] {
  const pieces = [...track.unsaved].map((piece) => {
    const runs = track.runsOfPiece(piece);
    const body = runs.length === 0 ? undefined : JSON.stringify(runs.map(encodeRun));
    return { key: `${site}/${device}/${piece}`, body };
  });
  track.unsaved.clear();
  track.savedUpTo = track.newest;
  return pieces;
}

/** People's words of a site; key `site`. */
export function encodeTestimonies(
  site: string,
  testimonies: readonly Testimony[],
): RememberedPiece {
  return { key: site, body: testimonies.length === 0 ? undefined : JSON.stringify(testimonies) };
}

/** A remembered piece: of a device's runs, or of what people said of a site. */
export interface DecodedPiece {
  site: string;
  device: string | undefined;
  runs: Run[];
  testimonies: Testimony[];
}

export function decodePiece(key: string, body: string): DecodedPiece {
  const [site, device] = key.split('/') as [string, string | undefined];
  const list: unknown[] = JSON.parse(body);
  return {
    site,
    device,
    runs: device === undefined ? [] : (list as SavedRun[]).map(decodeRun),
    testimonies: device === undefined ? (list as Testimony[]) : [],
  };
}

function encodeRun({ from, to, mark, isLate, isFirm }: Run): SavedRun {
  return [from, to - from, MARKS.indexOf(mark), (isLate ? LATE : 0) + (isFirm ? FIRM : 0)];
}

function decodeRun([from, lengthMs, mark, flags]: SavedRun): Run {
  return {
    from,
    to: from + lengthMs,
    mark: MARKS[mark] as Mark,
    isLate: (flags & LATE) !== 0,
    isFirm: (flags & FIRM) !== 0,
  };
}
