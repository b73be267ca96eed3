import { readFileSync } from 'node:fs';
import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

/** What a YAML file holds, or each fault as `file:line: path: what was expected`. */
export type YamlAnswer<T> = { ok: true; value: T } | { ok: false; faults: readonly string[] };

/** Reads a YAML file and checks it by a schema. */
export function readYaml<T>(file: string, schema: z.ZodType<T>): YamlAnswer<T> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return { ok: false, faults: [`${file}: cannot be read: ${reasonOf(error)}`] };
  }
  const lines = new LineCounter();
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    const faults = document.errors.map(
      ({ pos, message }) => `${file}:${lineAt(pos[0])}: ${message}`,
    );
    return { ok: false, faults };
  }
  const content = contentOf(document);
  if (!content.ok) return { ok: false, faults: [`${file}: ${content.reason}`] };
  const parsed = schema.safeParse(content.value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const faults = parsed.error.issues.map((issue) => {
    const path = pathOf(issue);
    return `${file}:${lineAt(offsetOf(document, path))}: ${path.join('.')}: ${messageOf(issue)}`;
  });
  return { ok: false, faults };
}

/** An alias may lead nowhere, or to so much that it is refused: YAML says so only here. */
function contentOf(
  document: Document,
): { ok: true; value: unknown } | { ok: false; reason: string } {
  try {
    return { ok: true, value: document.toJS() ?? {} };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

/** Where the key or item stands that a path ends at, or the deepest one of it that there is. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const last = String(path[length - 1]);
    const parent =
      length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const isLast = (key: unknown) => isScalar(key) && String(key.value) === last;
    let node: unknown;
    if (isMap(parent)) node = parent.items.find(({ key }) => isLast(key))?.key;
    if (isSeq(parent)) node = parent.items[Number(last)];
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function pathOf(issue: z.core.$ZodIssue): PropertyKey[] {
  return issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
}

/** zod says of a wrong key only that it is wrong; what was expected of it stands one level deeper. */
function messageOf(issue: z.core.$ZodIssue): string {
  return (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined) ?? issue.message;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
