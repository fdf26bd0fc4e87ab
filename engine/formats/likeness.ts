import type { StreamFormat } from '../ir/stream-format.ts';
import { formatOf, TEXT_FORMATS } from './registry.ts';

/** Lines that are looked at. */
const LINES = 5;

/**
 * What a definition would have to say for lines to be read, as it is written there: `'csv'`. Null where nobody knows, or the definition
 * says it already.
 */
export function likelyFormat(lines: readonly string[], { kind: current }: StreamFormat): string | null {
  const first = lines.filter((line) => line.trim() !== '').slice(0, LINES);
  if (first.length === 0) return null;
  if (first.every((line) => /^\s*[{[]/.test(line))) return current === 'json' ? null : "'json'";
  for (const kind of TEXT_FORMATS) {
    const likely = kind === current ? null : formatOf({ kind }).likely(first);
    if (likely !== null) return likely;
  }
  return null;
}
