import type { Reject, RejectReason } from '../../src/contract/sample.ts';

const MAX_TOPIC = 200;
const MAX_METRIC = 100;
const EXCERPT = 120;
/** UTF-8 takes at most four bytes a character. */
const EXCERPT_BYTES = EXCERPT * 4;

export interface RejectSource {
  topic: string;
  payload: Uint8Array;
  receivedAt: number;
}

/** Writes down one reject: its reason, what was expected, and the metric where only that one is lost. */
export type Note = (reason: RejectReason, detail: string, metric?: string) => void;

/** The rejects of one message. A clean message costs nothing: the excerpt is made with the first reject. */
export function createNotes(source: RejectSource): { rejects: Reject[]; note: Note } {
  const rejects: Reject[] = [];
  let common: Pick<Reject, 'receivedAt' | 'topic' | 'excerpt'> | undefined;
  const note: Note = (reason, detail, metric) => {
    common ??= {
      receivedAt: source.receivedAt,
      topic: printable(source.topic, MAX_TOPIC),
      excerpt: printable(
        new TextDecoder().decode(source.payload.subarray(0, EXCERPT_BYTES)),
        EXCERPT,
      ),
    };
    const name = metric === undefined ? {} : { metric: printable(metric, MAX_METRIC) };
    rejects.push({ ...common, reason, detail, ...name });
  };
  return { rejects, note };
}

/** The first characters; what a terminal or a page would act upon or hide becomes a dot. */
export function printable(text: string, length: number): string {
  const start = [...text.slice(0, length * 2)].slice(0, length).join('');
  return start.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '·');
}
