import { isText, type StreamFormat, type TextFormatDefinition } from '../ir/stream-format.ts';
import { formatOf, TEXT_FORMATS } from './registry.ts';

/** Lines that are looked at. */
const LINES = 5;

/**
 * What a definition would have to say for lines to be read, as it is written there: `'csv'`. Null where nobody knows, or the definition
 * says it already.
 */
export function likelyFormat(texts: readonly string[], current: StreamFormat): string | null {
  // What is kept of a row can have its header in front.
  const first = texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.trim() !== '')
    .slice(0, LINES);
  if (first.length === 0) return null;
  const isJson = first.every((line) => /^\s*[{[]/.test(line));
  if (isJson) return current.kind === 'json' ? null : "'json'";
  const own = isText(current) ? asWritten(current) : null;
  for (const kind of TEXT_FORMATS) {
    const likely = formatOf({ kind }).likely(first);
    if (likely !== null && likely !== own) return likely;
  }
  return null;
}

function asWritten({ kind, delimiter }: TextFormatDefinition): string {
  return delimiter === undefined || delimiter === ',' ? `'${kind}'` : `{ kind: '${kind}', delimiter: '${delimiter}' }`;
}
